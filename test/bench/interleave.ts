/**
 * Times contenders in turns, so that whatever slows the machine for a while slows them all, and takes the median of
 * each. Numbers of one call can be compared with each other and with nothing else.
 *
 * @param bytes decompressed bytes that one call of each contender handles
 * @returns megabytes (10^6 bytes) a second, by name
 */
export async function interleave<Name extends string>(
  bytes: number,
  rounds: number,
  contenders: Readonly<Record<Name, () => unknown>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const start = process.hrtime.bigint();
      await contenders[name]();
      const nanos = Number(process.hrtime.bigint() - start);
      // The first round warms up.
      if (round >= 0) times.get(name)?.push(nanos);
    }
  }
  const speed = (name: Name) => round1((bytes * 1000) / median(times.get(name) ?? []));
  return Object.fromEntries(names.map((name) => [name, speed(name)])) as Record<Name, number>;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

export function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

/** How often `a` goes into `b`, to two digits. */
export function ratio(a: number, b: number): number {
  return Math.round((a / b) * 100) / 100;
}
