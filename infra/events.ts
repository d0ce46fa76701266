import { EventBus, type IEventBus } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";
import type { Grant } from "./grants.ts";
import type { StackOptions } from "./stack-options.ts";

/** What all events of the stack say as their source. */
const SOURCE = "hu01.archive";

/** Where the stack says that jobs have ended: ids, codes and counts only. */
export class Events extends Construct {
  readonly bus: IEventBus;

  constructor(scope: Construct, id: string, { eventBusName }: StackOptions) {
    super(scope, id);
    this.bus =
      eventBusName === null
        ? new EventBus(this, "Bus", { description: "Ends of conversions: ids, codes and counts" })
        : EventBus.fromEventBusName(this, "Bus", eventBusName);
  }

  /** Sending events, and only as this source, whatever else uses the bus. */
  get sending(): Grant {
    const conditions = { StringEquals: { "events:source": SOURCE } };
    return { actions: ["events:PutEvents"], resources: [this.bus.eventBusArn], conditions };
  }
}
