import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { FunctionName } from "./bundle-options.ts";
import { METRICS_NAMESPACE, serviceName } from "./node-function.ts";
import type { StackOptions } from "./stack-options.ts";
import type { UploadsQueue } from "./uploads-queue.ts";
import type { Webhooks } from "./webhooks.ts";

export interface AlarmsProps {
  readonly options: StackOptions;
  readonly uploads: UploadsQueue;
  readonly webhooks: Webhooks;
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
  readonly api: HttpApi;
}

/** One alarm: what is counted, and from which number on it is too much. */
interface Watch {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly description: string;
}

const PERIOD = Duration.minutes(5);

/** What a person should hear of, said to a topic when there is one. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const topic = this.#findTopic(props.options);
    this.alarms = Object.entries(watches(props)).map(([name, watch]) => this.#create(name, watch, topic));
  }

  #create(name: string, watch: Watch, topic: ITopic | null): Alarm {
    const { metric, threshold, description } = watch;
    const alarm = new Alarm(this, name, {
      metric,
      threshold,
      alarmDescription: description,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      // Nothing happens, so nothing is counted: that is no fault.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (topic !== null) alarm.addAlarmAction(new SnsAction(topic));
    return alarm;
  }

  #findTopic({ alarmTopicArn, alarmEmail }: StackOptions): ITopic | null {
    if (alarmTopicArn !== null) return Topic.fromTopicArn(this, "Topic", alarmTopicArn);
    if (alarmEmail === null) return null;
    const topic = new Topic(this, "Topic", { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }
}

function watches({ options, uploads, webhooks, functions, api }: AlarmsProps): Readonly<Record<string, Watch>> {
  const anyOf = (metric: IMetric, description: string): Watch => ({ metric, threshold: 1, description });
  const { convert, sweep, backfill } = functions;
  return {
    DeadLetters: anyOf(
      uploads.deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM }),
      "Archives that could not be converted after several deliveries lie in the dead-letter queue.",
    ),
    OldestMessage: {
      metric: uploads.queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM }),
      threshold: Duration.minutes(options.queueAgeAlarmMinutes).toSeconds(),
      description: `An archive has waited for ${options.queueAgeAlarmMinutes} minutes.`,
    },
    CallbackDeadLetters: anyOf(
      webhooks.deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM }),
      "Callbacks that could not be dealt with lie in the dead-letter queue.",
    ),
    CallbacksNotQueued: anyOf(
      jobMetric(options, "CallbacksNotQueued"),
      "Jobs have ended without their callbacks being put into the queue.",
    ),
    JobsFailed: anyOf(jobMetric(options, "JobsFailed"), "Conversions have failed; their jobs say why."),
    EventsNotSent: anyOf(jobMetric(options, "EventsNotSent"), "The event bus refused to be told of ends of jobs."),
    ConverterErrors: anyOf(
      convert.metricErrors({ period: PERIOD }),
      "The converter crashed or ran out of time or memory.",
    ),
    ConverterThrottles: anyOf(
      convert.metricThrottles({ period: PERIOD }),
      "The account has no concurrency left for the converter.",
    ),
    SweepErrors: anyOf(
      sweep.metricErrors({ period: PERIOD }),
      "The sweep failed: jobs of dead workers stay as they are.",
    ),
    BackfillErrors: anyOf(backfill.metricErrors({ period: PERIOD }), "Batches of a backfill could not be announced."),
    ApiFaults: anyOf(api.metricServerError({ period: PERIOD, statistic: Stats.SUM }), "The API answered with 5xx."),
  };
}

/** A sum that the converter counts itself; see functions/aws/job-metrics.ts. */
export function jobMetric(options: StackOptions, metricName: string): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: serviceName(options, "convert") },
    period: PERIOD,
    statistic: Stats.SUM,
  });
}
