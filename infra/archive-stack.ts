import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Alarms } from "./alarms.ts";
import { Api } from "./api.ts";
import { Backfill } from "./backfill.ts";
import { Buckets } from "./buckets.ts";
import { Converter } from "./converter.ts";
import { ArchiveDashboard } from "./dashboard.ts";
import { Events } from "./events.ts";
import { JobsTable } from "./jobs-table.ts";
import type { StackOptions } from "./stack-options.ts";
import { Sweep } from "./sweep.ts";
import { UploadsQueue } from "./uploads-queue.ts";
import { Webhooks } from "./webhooks.ts";

export interface ArchiveStackProps extends StackProps {
  readonly options: StackOptions;
}

/** Drop an archive into one bucket, get its mail, calendars, contacts and notes in another. */
export class ArchiveStack extends Stack {
  constructor(scope: Construct, id: string, { options, ...props }: ArchiveStackProps) {
    super(scope, id, props);
    const buckets = new Buckets(this, "Buckets", options);
    const jobs = new JobsTable(this, "Jobs", options);
    const events = new Events(this, "Events", options);
    const uploads = new UploadsQueue(this, "Uploads", { options, buckets });
    const webhooks = new Webhooks(this, "Webhooks", { options, jobs });
    const converter = new Converter(this, "Converter", { options, buckets, jobs, uploads, events, webhooks });
    const sweep = new Sweep(this, "Sweep", { options, buckets, jobs, uploads, events, webhooks });
    const backfill = new Backfill(this, "Backfill", { options, buckets, uploads });
    const api = new Api(this, "Api", { options, buckets, jobs, uploads, backfill, webhooks });
    const functions = {
      convert: converter.function,
      api: api.function,
      sweep: sweep.function,
      backfill: backfill.function,
      webhooks: webhooks.function,
    };
    const watched = { options, uploads, webhooks, functions, api: api.api };
    const alarms = new Alarms(this, "Alarms", watched);
    const { dashboard } = new ArchiveDashboard(this, "Dashboard", { ...watched, alarms });
    this.#tell({
      Inbox: [`s3://${buckets.uploads.bucketName}/${options.inboxPrefix}`, "Put archives here"],
      Results: [`s3://${buckets.results.bucketName}/`, "Find their files here, under the id of the job"],
      ApiUrl: [api.url, "The API"],
      JobsTable: [jobs.table.tableName, "Records of jobs"],
      EventBus: [events.bus.eventBusName, "Tells of ends of jobs"],
      DeadLetterQueue: [uploads.deadLetters.queueUrl, "What could not be dealt with"],
      CallbackDeadLetterQueue: [webhooks.deadLetters.queueUrl, "Callbacks that could not be dealt with"],
      BackfillStateMachine: [backfill.stateMachine.stateMachineArn, "Converts what is in the bucket already"],
      DashboardName: [dashboard.dashboardName, "In CloudWatch"],
    });
  }

  #tell(outputs: Readonly<Record<string, readonly [value: string, description: string]>>): void {
    for (const [name, [value, description]] of Object.entries(outputs))
      new CfnOutput(this, name, { value, description });
  }
}
