import { Logger } from "@aws-lambda-powertools/logger";
import type { Log, LogFacts } from "../log.ts";

/**
 * A log of JSON lines as CloudWatch Logs Insights reads them. A line about a job has the job's id as its
 * `correlation_id`, so that one query finds everything about it.
 */
export function createAwsLog(serviceName: string): Log {
  const logger = new Logger({ serviceName });
  return {
    info: (event, facts = {}) => logger.info(event, toExtra(facts)),
    error: (event, facts = {}) => logger.error(event, toExtra(facts)),
  };
}

function toExtra(facts: LogFacts): LogFacts {
  return facts.job === undefined ? facts : { ...facts, correlation_id: facts.job };
}
