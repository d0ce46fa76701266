import { once } from "node:events";
import type { Writable } from "node:stream";
import type { ErrorFacts } from "../../shared/error-facts.ts";
import { ArchiveError, ERRORS } from "../../shared/errors.ts";
import type { Job } from "../../shared/job.ts";

/** The streams that a command talks to. */
export interface Terminal {
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** Waits until a stream takes more. A reader that has gone away (`hu01 decode … | head`) ends the program in peace. */
export async function writeTo(stream: Writable, content: string | Uint8Array): Promise<void> {
  if (!stream.write(content)) await once(stream, "drain");
}

/** One clear line for an error, `hu01: <what> (<code>)`, and on the next what the person can do. */
export function describeError(error: unknown, about = ""): string {
  if (error instanceof ArchiveError) return describe(error.message, error.code, about);
  return describe(error instanceof Error ? error.message : String(error), "jobs/internal", about);
}

/** The same for a job that has failed. */
export function describeFailure({ status, error }: Pick<Job, "status" | "error">, about: string): string {
  if (error === null) return describe(`The job is ${status}.`, "jobs/aborted", about);
  return describe(error.message, error.code, about);
}

function describe(message: string, code: string, about: string): string {
  const subject = about === "" ? "" : `${about}: `;
  const facts: Readonly<Record<string, ErrorFacts>> = ERRORS;
  const remedy = Object.hasOwn(facts, code) ? `      ${facts[code]?.remedy}\n` : "";
  return `hu01: ${subject}${message.replace(/\.$/u, "")} (${code})\n${remedy}`;
}
