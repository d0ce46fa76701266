import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";
import type { Grant } from "./grants.ts";
import { toRemovalPolicy } from "./node-function.ts";
import type { StackOptions } from "./stack-options.ts";

/** The indexes that `functions/stores/jobs-table-schema.ts` relies on; a test compares the two. */
const INDEXES = [
  { name: "by-owner", partitionKey: "owner" },
  { name: "by-owner-and-status", partitionKey: "ownerAndStatus" },
  { name: "by-status", partitionKey: "status" },
];
const SORT_KEY = "place";

/** Records of jobs: counts, times and the names of files. */
export class JobsTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { removalPolicy, deletionProtection }: StackOptions) {
    super(scope, id);
    this.table = new Table(this, "Table", {
      partitionKey: text("id"),
      // Nothing to plan and nothing to pay while nobody converts.
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "expiresAt",
      encryption: TableEncryption.DEFAULT,
      deletionProtection,
      removalPolicy: toRemovalPolicy(removalPolicy),
    });
    for (const { name, partitionKey } of INDEXES) {
      this.table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: text(partitionKey),
        sortKey: text(SORT_KEY),
        projectionType: ProjectionType.ALL,
      });
    }
  }

  /** Reading and writing single records. */
  get records(): Grant {
    return { actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [this.table.tableArn] };
  }

  /** Removing single records. */
  get removal(): Grant {
    return { actions: ["dynamodb:DeleteItem"], resources: [this.table.tableArn] };
  }

  /** Listing records by some of the indexes. */
  lists(...names: readonly string[]): Grant {
    return { actions: ["dynamodb:Query"], resources: names.map((name) => `${this.table.tableArn}/index/${name}`) };
  }
}

function text(name: string) {
  return { name, type: AttributeType.STRING };
}
