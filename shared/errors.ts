import { damage, type ErrorFacts, fatal, passing } from "./error-facts.ts";
import { READER_ERRORS } from "./reader-errors.ts";

/** Every code there is. `room/slug`; never renamed once released. */
export const ERRORS = {
  "hu01/not-an-archive": fatal(
    "The input does not begin with an HU01 header.",
    "Check that this is the right file; if HU01 data lies deeper in it, convert with carve.",
  ),
  "hu01/nothing-recovered": fatal(
    "HU01 headers were found, but not one block behind them could be decoded.",
    "The data is cut off or overwritten; look for another copy of the archive.",
  ),
  "hu01/output-too-large": fatal(
    "The archive decompresses to more than the output limit.",
    "Raise maxOutputBytes if the archive is trusted.",
  ),
  "hu01/file-header-invalid": damage("A stream's file header is damaged; its blocks were found without it."),
  "hu01/block-header-invalid": damage("A block header is missing or its sizes are impossible."),
  "hu01/block-too-large": damage("A block announces more bytes than a block may have."),
  "hu01/block-table-invalid": damage("A block's Huffman code lengths do not form a complete code."),
  "hu01/block-data-invalid": damage("A block's compressed data points outside the block or ends early."),
  "hu01/block-checksum-mismatch": damage("A block decodes, but to other bytes than its CRC-32 says."),
  "hu01/truncated": damage("The archive ends before the bytes that it announces."),
  "hu01/total-mismatch": damage("The blocks of a stream add up to another size than its header announces."),
  "hu01/size-unknown": fatal(
    "The size of the input must be known before it is encoded, because it stands in the archive's header.",
    "Give the size, or an input that can be read twice.",
  ),
  "hu01/size-mismatch": fatal(
    "The input has another size than the one written into the archive's header.",
    "Encode again once nothing else writes to the input; throw the unfinished archive away.",
  ),
  "hu01/input-too-large": fatal(
    "An HU01 archive holds less than 4 GiB, because its header counts in 32 bits.",
    "Encode the input in several archives.",
  ),
  "hu01/item-id-invalid": fatal(
    "The item id is not a GUID.",
    "Give it as 8-4-4-4-12 hexadecimal digits, like 6f1d2c3b-4a59-4e87-9b10-203040506070.",
  ),
  "payload/empty": fatal("The input has no bytes.", "Check the upload; an empty file holds nothing to convert."),
  "payload/unrecognised": fatal(
    "The input is neither HU01 nor a message, calendar, contact or Sync XML.",
    "Check that this is the right file; if HU01 data lies deeper in it, convert with carve.",
  ),
  ...READER_ERRORS,
  "stores/not-found": fatal("There is no object under that key.", "Check the key; the source may have been deleted."),
  "stores/source-changed": fatal(
    "The source was overwritten while it was being read.",
    "Convert the new version; it has a job of its own.",
  ),
  "stores/key-invalid": fatal("The key is empty, too long or leads out of the store.", "Use another key."),
  "stores/access-denied": fatal(
    "The store refused access.",
    "Check the permissions of the role and the policies of the bucket, the table and their key; then start again.",
  ),
  "stores/object-too-large": fatal(
    "The file is larger than the store takes as one object.",
    "Choose an output of several files, or convert the archive in parts.",
  ),
  "stores/record-too-large": fatal(
    "The job's record is larger than the store takes.",
    "Send the archive again under a shorter file name.",
  ),
  "stores/read-failed": passing("The store failed while reading.", "Try again; see the log of the store."),
  "stores/write-failed": passing("The store failed while writing.", "Try again; check space and permissions."),
  "stores/conflict": passing("The record was changed by another worker in between.", "Read it again and retry."),
  "jobs/not-found": fatal("There is no job with that id.", "Check the id; the job may have been deleted."),
  "jobs/not-claimable": passing("Another worker holds the job, or it has ended.", "Nothing to do; follow the job."),
  "jobs/transition-invalid": fatal("The job's state does not allow that.", "Read the job and act on its state."),
  "jobs/not-ended": passing(
    "The job has not ended, so its result is not complete.",
    "Follow the job until it has ended, or cancel it first.",
  ),
  "jobs/nothing-to-retry": fatal(
    "The job converted everything, so there is nothing to do again.",
    "Give other options to convert the whole archive once more.",
  ),
  "jobs/lease-lost": passing("The worker lost its lease, so another one has taken the job over.", "Nothing to do."),
  "jobs/aborted": fatal("The conversion was stopped before its end.", "Start the job again."),
  "jobs/out-of-time": passing("The time given to one run was used up.", "Run it again with more time."),
  "jobs/too-many-runs": fatal(
    "The job was begun as often as a job may be, and is not at its end.",
    "Give each run more time or memory, or convert the archive in parts.",
  ),
  "jobs/abandoned": passing(
    "Every worker that began the job stopped before its end, as often as a job is begun.",
    "Upload the archive again; if that fails too, keep it and report this.",
  ),
  "jobs/sums-disagree": fatal(
    "The sums of the report do not agree, so the result is not to be trusted.",
    "Keep the archive and report this: it is a defect of the converter.",
  ),
  "jobs/upload-mismatch": fatal(
    "What was uploaded has another size or SHA-256 than was announced.",
    "Make a new job with the file's true size and SHA-256, and send the file again.",
  ),
  "jobs/internal": fatal("The converter failed in an unforeseen way.", "Keep the archive and report this."),
  "events/unreadable": fatal("A message is not an S3 event notification.", "Check what sends to the queue."),
  "api/not-found": fatal("There is nothing at that address.", "Check the path against the API description."),
  "api/request-invalid": fatal("The request does not have the form that the API describes.", "See errors[]."),
  "api/method-not-allowed": fatal("The address exists, but not for that method.", "Use a method named in Allow."),
  "api/media-type-unsupported": fatal(
    "The body comes in a form that the service does not take.",
    "Send the bytes of the file itself as the body, for example with curl --data-binary @FILE.",
  ),
  "api/range-not-satisfiable": fatal(
    "The range begins behind the end of the file.",
    "Ask for bytes that the file has; details name its size.",
  ),
  "api/answer-too-large": fatal(
    "The answer is larger than the platform sends at once.",
    "Fetch the files one by one, or convert again with pack=zip and fetch the ZIP.",
  ),
  "api/result-packed": fatal(
    "The files of the job are in a ZIP, where they cannot be told one by one.",
    "Fetch archive.zip, or convert again without pack=zip.",
  ),
  "api/upload-interrupted": passing(
    "The connection ended before the whole body had arrived.",
    "Send the file again; nothing of it was kept.",
  ),
  "api/upload-incomplete": fatal(
    "The upload is not complete: bytes are missing, or parts are not those that were named.",
    "Send the parts that GET /v1/jobs/{id}/upload has links for, then complete it again.",
  ),
  "api/already-uploaded": fatal("The file has been uploaded already.", "Nothing to do; follow the job."),
  "api/upload-link-invalid": fatal(
    "The link is not one that this service gave, or its time is over.",
    "Take a new one from GET /v1/jobs/{id}/upload.",
  ),
  "api/idempotency-mismatch": fatal(
    "The Idempotency-Key was used for another request.",
    "Use a new key for each new request, and an old one only to send the very same request again.",
  ),
  "api/idempotency-running": passing(
    "The first request with this Idempotency-Key is still being worked on.",
    "Send the request again in some seconds.",
  ),
  "api/unauthenticated": fatal(
    "The service is open to other machines, so it answers only those who know its token.",
    "Send Authorization: Bearer with the token that the service printed, or open the address that it printed.",
  ),
  "api/forbidden": fatal(
    "The request comes from another site, and the service answers only its own machine.",
    "Open the service under the address that it printed.",
  ),
  "api/admin-only": fatal(
    "Only an administrator of the service may do that.",
    "Leave owner away to get your own jobs, or ask as an administrator.",
  ),
  "api/rate-limited": passing(
    "This owner has sent too many requests within a short time.",
    "Try again after Retry-After seconds, and watch RateLimit in the answers before.",
  ),
  "api/too-many-jobs": passing(
    "This owner has too many jobs that wait or run.",
    "Wait until some have ended, or cancel some; then try again.",
  ),
  "api/headers-too-large": fatal(
    "The address and the headers of the request are larger than the service takes.",
    "Send a shorter address and fewer headers.",
  ),
  "api/payload-too-large": fatal(
    "The body is larger than the service takes.",
    "Send a smaller body; an archive of any size goes to the link that POST /v1/jobs gives for its name and size.",
  ),
  "api/stream-unavailable": fatal(
    "This service cannot send events while they happen.",
    "Ask for the job every few seconds instead, with If-None-Match.",
  ),
  "api/internal": passing("The service failed in an unforeseen way.", "Try again; the log names the request."),
  "callbacks/url-refused": fatal(
    "The callback URL cannot be called from here.",
    "Give an https address of a public host, without credentials, on port 443 or one from 1024 on.",
  ),
  "callbacks/address-refused": fatal(
    "The callback's host has an address that is not public.",
    "Let the host's name point to public addresses only; a local service can be told to allow others.",
  ),
  "callbacks/unreachable": passing(
    "The callback's host could not be found or reached, or broke the connection.",
    "Nothing to do; it is tried again.",
  ),
  "callbacks/timed-out": passing("The callback's host did not answer in time.", "Nothing to do; it is tried again."),
  "callbacks/not-taken": passing(
    "The callback's host answered with another status than 2xx.",
    "Let the receiver answer with 2xx once it has stored the message; redirects are not followed.",
  ),
  "cli/usage": fatal("The command line is not understood.", "See hu01 --help."),
  "cli/input-unreadable": fatal("The input cannot be opened.", "Check the path and its permissions."),
  "cli/remote-unreachable": passing(
    "The service cannot be reached, or the connection to it broke as often as it was made.",
    "Check the address and the network; then start again.",
  ),
  "cli/remote-answer": fatal(
    "What answers at the address is no service of hu01, or one of another version.",
    "Check --remote; it is the address that the service printed, without /v1.",
  ),
  "cli/download-mismatch": passing(
    "A downloaded file is not the one that the result's manifest names.",
    "Start again; nothing of the download was kept.",
  ),
  "cli/path-unsafe": fatal(
    "The service names a file by a path that could lead out of the output folder, or that not every system can have.",
    "Do not trust that service's results; nothing of them was kept.",
  ),
  "cli/port-in-use": fatal("Another program listens on the port.", "Choose another with --port; 0 takes a free one."),
  "cli/output-exists": fatal("The output folder already holds results.", "Choose another, or use --overwrite."),
} as const satisfies Record<string, ErrorFacts>;

/** A stable code, `room/slug`. */
export type ErrorCode = keyof typeof ERRORS;

/** Offsets, sizes and counts that place an error. Never the content of a message or a person's file name. */
export type ErrorDetails = Readonly<Record<string, number | string | boolean>>;

/** What every room throws. `message` is one clear sentence with the numbers; `details` are the numbers. */
export class ArchiveError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message?: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message ?? ERRORS[code].meaning, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Thrown by shared/hu01. */
export class CodecError extends ArchiveError {}
/** Thrown by shared/payload and shared/readers. */
export class ReaderError extends ArchiveError {}
/** Thrown by functions/stores. */
export class StoreError extends ArchiveError {}
/** Thrown by shared/job.ts and functions/convert. */
export class JobError extends ArchiveError {}
/** Thrown by functions/api. */
export class ApiError extends ArchiveError {}
/** Thrown while a callback is delivered. */
export class CallbackError extends ArchiveError {}

/** True for an error of this project that carries the given code. */
export function hasCode(error: unknown, code: ErrorCode): error is ArchiveError {
  return error instanceof ArchiveError && error.code === code;
}
