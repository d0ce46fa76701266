/**
 * What was taken out of a source to look at, and then the rest of it. It has begun already: a generator that has not
 * would not close the source when it is given up before its first value, which is how an input of no known kind ends.
 *
 * @param taken in order; belongs to the replay from now on
 */
export async function replay<T>(taken: T[], source: AsyncIterator<T>): Promise<AsyncGenerator<T, void>> {
  const values = begin(taken, source);
  await values.next();
  return values as AsyncGenerator<T, void>;
}

/** The first value stands for nothing but having begun. */
async function* begin<T>(taken: T[], source: AsyncIterator<T>): AsyncGenerator<T | undefined, void> {
  try {
    yield undefined;
    for (let value = taken.shift(); value !== undefined; value = taken.shift()) yield value;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}
