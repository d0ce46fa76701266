/** Something done again and again until it is stopped. */
export interface Heartbeat {
  /** Resolves once no beat is under way and none will come. */
  stop(): Promise<void>;
}

/** Does something every so many milliseconds, never twice at once. `beat` must not reject. */
export function startHeartbeat(everyMillis: number, beat: () => Promise<void>): Heartbeat {
  let underWay: Promise<void> | null = null;
  const timer = setInterval(() => {
    underWay ??= beat().finally(() => {
      underWay = null;
    });
  }, everyMillis);
  return {
    stop: async () => {
      clearInterval(timer);
      await underWay;
    },
  };
}
