import { ArchiveError, JobError } from "../../shared/errors.ts";

/** Why a job ended. Once stopped, whatever fails does so because of that. */
export function toFault(error: unknown, signal: AbortSignal): ArchiveError {
  const cause: unknown = signal.aborted ? signal.reason : error;
  if (cause instanceof ArchiveError) return cause;
  return new JobError(signal.aborted ? "jobs/aborted" : "jobs/internal", undefined, { cause });
}

/** What may be logged of a fault: of an unforeseen one its class and its place, since its message may quote the mail. */
export function faultFacts({ code, cause }: ArchiveError): { code: string; name?: string; place?: string } {
  return { code, ...(code === "jobs/internal" ? placeOf(cause) : {}) };
}

/** @returns the JobError jobs/too-many-runs */
export function tooManyRuns(limitRuns: number): JobError {
  const message = `The job is not at its end after ${limitRuns} runs.`;
  return new JobError("jobs/too-many-runs", message, { details: { limitRuns } });
}

function placeOf(error: unknown): { name: string; place: string } {
  if (!(error instanceof Error)) return { name: typeof error, place: "unknown" };
  const place = error.stack
    ?.split("\n")
    .find((line) => line.startsWith("    at "))
    ?.trim();
  return { name: error.name, place: place ?? "unknown" };
}
