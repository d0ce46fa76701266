import * as z from "zod";
import { ArchiveError, ERRORS, type ErrorCode } from "../../../shared/errors.ts";
import { problemSchema } from "../../api/problems/problem-contract.ts";
import { LocalError } from "../local-error.ts";

/** What gateways before a service say instead of a problem. */
const gatewayAnswerSchema = z.object({ message: z.string() });
const MAX_DETAIL_LENGTH = 1000;

/** The answer itself when it is a success. @throws ArchiveError with the code that the service gave */
export async function expectSuccess<Answer extends Response>(answer: Answer): Promise<Answer> {
  if (answer.ok) return answer;
  throw await toError(answer);
}

/**
 * What the service says of a failed request, under its own code where this version knows it.
 *
 * @returns a LocalError cli/remote-answer for codes that are not known, and for answers without a problem
 */
async function toError(answer: Response): Promise<ArchiveError> {
  const body: unknown = await answer.json().catch(() => null);
  const problem = problemSchema.safeParse(body);
  if (problem.success) return toKnownError(problem.data);
  const words = gatewayAnswerSchema.safeParse(body).data?.message ?? "";
  const message = `The service answered ${answer.status}${words === "" ? "" : `: ${visible(words)}`}.`;
  if (answer.status === 401 || answer.status === 403) return new LocalError("api/unauthenticated", message);
  return new LocalError("cli/remote-answer", message, { details: { status: answer.status } });
}

function toKnownError({ code, status, detail, errors = [] }: z.infer<typeof problemSchema>): ArchiveError {
  const faults = errors.map(({ name, detail: fault }) => `${name}: ${fault}`).join("; ");
  const sentence = visible(faults === "" ? detail : `${detail} ${faults}`);
  if (!isErrorCode(code)) {
    const message = `The service answered ${status} with a code that this version does not know: ${visible(code)}.`;
    return new LocalError("cli/remote-answer", `${message} ${sentence}`, { details: { status } });
  }
  // The service puts the remedy behind the sentence; this program tells it on a line of its own.
  const { remedy } = ERRORS[code];
  return new ArchiveError(code, sentence.replace(remedy, "").trim());
}

/** A service cannot speak to the terminal. */
function visible(text: string): string {
  return text.slice(0, MAX_DETAIL_LENGTH).replaceAll(/\p{C}/gu, "?");
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
