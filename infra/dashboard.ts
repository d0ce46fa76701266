import { Duration } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Stats,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { type Alarms, type AlarmsProps, jobMetric } from "./alarms.ts";

export interface ArchiveDashboardProps extends AlarmsProps {
  readonly alarms: Alarms;
}

const WHOLE_ROW = 24;
const HALF_ROW = 12;

/** One page on which a person sees whether archives get converted, and where they wait. */
export class ArchiveDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: ArchiveDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, "Page", { defaultInterval: Duration.days(1) });
    const { alarms } = props.alarms;
    this.dashboard.addWidgets(new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: WHOLE_ROW }));
    this.dashboard.addWidgets(...jobGraphs(props));
    this.dashboard.addWidgets(...queueGraphs(props));
    this.dashboard.addWidgets(...functionGraphs(props));
    this.dashboard.addWidgets(...apiGraphs(props));
  }
}

function graph(title: string, left: IMetric[], right: IMetric[] = []): IWidget {
  return new GraphWidget({ title, left, right, width: HALF_ROW });
}

function jobGraphs({ options }: AlarmsProps): IWidget[] {
  const counts = (...names: string[]) => names.map((name) => jobMetric(options, name));
  return [
    graph(
      "Jobs that ended",
      counts("JobsSucceeded", "JobsSucceededWithErrors", "JobsFailed", "JobsCanceled", "JobsExpired"),
    ),
    graph("Bytes, items and gaps", counts("BytesRead", "BytesWritten"), counts("Items", "ItemsSkipped", "Gaps")),
  ];
}

function queueGraphs({ uploads: { queue, deadLetters }, webhooks }: AlarmsProps): IWidget[] {
  const waiting = [
    queue.metricApproximateNumberOfMessagesVisible(),
    queue.metricApproximateNumberOfMessagesNotVisible(),
  ];
  const dead = deadLetters.metricApproximateNumberOfMessagesVisible({ label: "Dead letters" });
  return [
    graph("Archives waiting and under way", [...waiting, dead]),
    graph("Age of the oldest", [queue.metricApproximateAgeOfOldestMessage()]),
    graph("Callbacks waiting", [
      webhooks.queue.metricApproximateNumberOfMessagesVisible(),
      webhooks.queue.metricApproximateNumberOfMessagesNotVisible(),
      webhooks.deadLetters.metricApproximateNumberOfMessagesVisible({ label: "Dead letters" }),
    ]),
  ];
}

function functionGraphs({ functions: { convert } }: AlarmsProps): IWidget[] {
  const durations = [
    convert.metricDuration({ statistic: Stats.p(50) }),
    convert.metricDuration({ statistic: Stats.MAXIMUM }),
  ];
  return [
    graph("Converter: invocations and faults", [
      convert.metricInvocations(),
      convert.metricErrors(),
      convert.metricThrottles(),
    ]),
    graph("Converter: duration", durations),
  ];
}

function apiGraphs({ api }: AlarmsProps): IWidget[] {
  return [
    graph("API: requests and faults", [api.metricCount(), api.metricClientError(), api.metricServerError()]),
    graph("API: latency", [
      api.metricLatency({ statistic: Stats.p(50) }),
      api.metricLatency({ statistic: Stats.p(95) }),
    ]),
  ];
}
