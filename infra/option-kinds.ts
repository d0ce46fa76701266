/** One option of the stack: how its context value is read, what holds without it, and what it is for. */
export interface Option<T> {
  /** @throws UnfitValue */
  readonly parse: (value: unknown) => T;
  /** What holds when the context does not have it. */
  readonly fallback: T;
  /** For the person who deploys. */
  readonly meaning: string;
}

/** Its message says only what was expected. */
export class UnfitValue extends Error {}

/** Text of some pattern. */
export function text(pattern: RegExp, expected: string, fallback: string, meaning: string): Option<string> {
  return { parse: textOf(pattern, expected), fallback, meaning };
}

/** Text of some pattern, or null when it is absent. */
export function optionalText(pattern: RegExp, expected: string, meaning: string): Option<string | null> {
  return { parse: textOf(pattern, expected), fallback: null, meaning };
}

/** One of some words. */
export function oneOf<T extends string>(choices: readonly T[], fallback: NoInfer<T>, meaning: string): Option<T> {
  const parse = (value: unknown) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw new UnfitValue(`one of ${choices.join(", ")}`);
    return choice;
  };
  return { parse, fallback, meaning };
}

/** A whole number in a range, as a number or in digits. */
export function whole(range: { min: number; max: number }, fallback: number, meaning: string): Option<number> {
  const parse = (value: unknown) => {
    const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    const fits = typeof number === "number" && Number.isInteger(number) && number >= range.min && number <= range.max;
    if (!fits) throw new UnfitValue(`a whole number from ${range.min} to ${range.max}`);
    return number;
  };
  return { parse, fallback, meaning };
}

/** true or false, also as words. */
export function flag(fallback: boolean, meaning: string): Option<boolean> {
  const parse = (value: unknown) => {
    if (value === true || value === "true") return true;
    if (value === false || value === "false") return false;
    throw new UnfitValue("true or false");
  };
  return { parse, fallback, meaning };
}

/** Texts of some pattern, as a list or in one text with commas between them. */
export function list(pattern: RegExp, expected: string, meaning: string): Option<readonly string[]> {
  const parse = (value: unknown) => {
    const entries = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [value];
    return entries.map(textOf(pattern, `${expected}, several with commas between them`));
  };
  return { parse, fallback: [], meaning };
}

function textOf(pattern: RegExp, expected: string): (value: unknown) => string {
  return (value) => {
    if (typeof value !== "string" || !pattern.test(value)) throw new UnfitValue(expected);
    return value;
  };
}
