/** What a log line may say besides its name: ids, codes, counts, sizes. Never a person's words or file names. */
export type LogFacts = Readonly<Record<string, string | number | boolean>>;

/** Where the running program tells its operator what happens. */
export interface Log {
  info(event: string, facts?: LogFacts): void;
  error(event: string, facts?: LogFacts): void;
}

/**
 * A log of JSON lines: `{"level","event",…facts}`. It states no time: whoever collects the lines stamps them.
 *
 * @param write receives each line without a line end
 */
export function createLog(write: (line: string) => void): Log {
  const line = (level: string, event: string, facts: LogFacts): void =>
    write(JSON.stringify({ level, event, ...facts }));
  return {
    info: (event, facts = {}) => line("info", event, facts),
    error: (event, facts = {}) => line("error", event, facts),
  };
}
