import type { ErrorFacts } from "../../shared/error-facts.ts";

/** The README's row of an error code. */
export function errorRow(code: string, { meaning, fatal, retry, remedy }: ErrorFacts): string {
  return `| \`${code}\` | ${meaning} | ${fatal ? "yes" : "no"} | ${retry ? "yes" : "no"} | ${remedy} |`;
}

/** The README's row of a warning. */
export function warningRow(code: string, meaning: string): string {
  return `| \`${code}\` | ${meaning} |`;
}
