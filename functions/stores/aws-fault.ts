import { StoreError } from "../../shared/errors.ts";

/** What of an SDK's error tells its kind. The message may name a key, so it stays in `cause`. */
export interface AwsFault {
  /** The service's name of it ("SlowDown"), or the system's ("ECONNRESET"). */
  readonly system: string;
  /** HTTP status of the answer; absent when none came. */
  readonly status?: number;
  /** Tries made of the request. More than one: an earlier one may have succeeded unseen. */
  readonly attempts: number;
}

/** Reads the facts of whatever an SDK call rejected with. */
export function toFault(error: unknown): AwsFault {
  if (!(error instanceof Error)) return { system: "unknown", attempts: 1 };
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number; attempts?: number } };
  const status = $metadata?.httpStatusCode;
  return {
    system: typeof code === "string" ? code : error.name,
    ...(status === undefined ? {} : { status }),
    attempts: $metadata?.attempts ?? 1,
  };
}

/** stores/access-denied or stores/read-failed for what an SDK call rejected with. */
export function readFailed(error: unknown): StoreError {
  return toStoreError("stores/read-failed", "read", error);
}

/** stores/access-denied or stores/write-failed for what an SDK call rejected with. */
export function writeFailed(error: unknown): StoreError {
  return toStoreError("stores/write-failed", "written", error);
}

function toStoreError(code: "stores/read-failed" | "stores/write-failed", verb: string, error: unknown): StoreError {
  const fault = toFault(error);
  const options = { details: { ...fault }, cause: error };
  const said = fault.status === undefined ? fault.system : `${fault.system}, status ${fault.status}`;
  if (isDenial(fault)) return new StoreError("stores/access-denied", `The store refused access: ${said}.`, options);
  const message = `The store could not be ${verb} in ${fault.attempts} tries: ${said}.`;
  return new StoreError(code, message, options);
}

/** S3 answers 403, and 400 for a disabled KMS key; DynamoDB answers 400. A clock that is wrong may be set right. */
function isDenial({ system, status }: AwsFault): boolean {
  if (system === "RequestTimeTooSkewed") return false;
  return status === 403 || system === "AccessDeniedException" || system.startsWith("KMS.");
}
