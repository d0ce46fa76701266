import { binaryBytes, binaryString } from "../../bytes/binary-string.ts";
import type { FetchFacts } from "../../items/member-origin.ts";
import type { Limits } from "../../limits.ts";
import type { Member, SkippedMember } from "./carrier.ts";
import type { CarrierInput } from "./carrier-input.ts";
import { type FetchAnswers, parseFetchAnswers } from "./fetch-facts.ts";

const OK_STATUS = "1";
/** White space that may follow the last delimiter. */
const MAX_EPILOGUE_BYTES = 64;

/**
 * Reads a saved answer to ItemOperations/Fetch (MTOM): header lines of HTTP or MIME, the XML part, and from the second
 * part on everything as one member, because only the HU01 stream itself tells where it ends. The boundary is taken from
 * the first delimiter line: the header that should state it is not valid MIME. An answer with an error status is a
 * skip. Without any parts, the whole is taken for the XML.
 */
export async function* readFetchResponse(input: CarrierInput, limits: Limits): AsyncGenerator<Member | SkippedMember> {
  const delimiter = await passToDelimiter(input, limits);
  if (delimiter !== null) await passPartHeaders(input, limits);
  const { answers, isFollowed } = await readAnswers(input, delimiter, limits);
  yield* refusals(answers);
  const fetched = answers.fetched.filter(isOk);
  if (delimiter !== null && isFollowed) {
    await passPartHeaders(input, limits);
    const name = memberName(fetched);
    yield { kind: "member", name, bytes: carryParts(input, delimiter), fetched };
  } else if (isOk(answers) && (fetched.length > 0 || answers.fetched.length === 0) && !isRequest(answers)) {
    yield { kind: "skip", name: memberName(fetched), code: "readers/carrier-damaged" };
  }
}

const isOk = ({ status }: { readonly status: string | null }): boolean => status === null || status === OK_STATUS;

/** A request looks like a response without any status. */
const isRequest = ({ status, fetched, isWhole }: FetchAnswers): boolean =>
  isWhole && status === null && fetched.every((answer) => answer.status === null);

const memberName = ([first]: readonly FetchFacts[]): string => `message ${first?.serverId ?? "?"}`;

function* refusals({ status, fetched }: FetchAnswers): Generator<SkippedMember> {
  const code = "readers/fetch-status";
  if (fetched.length === 0 && status !== null && status !== OK_STATUS) {
    yield { kind: "skip", name: "response", code, details: { status } };
  }
  for (const answer of fetched) {
    if (isOk(answer) || answer.status === null) continue;
    const { serverId } = answer;
    const details = { status: answer.status, ...(serverId === null ? {} : { serverId }) };
    yield { kind: "skip", name: memberName([answer]), code, details };
  }
}

/** Passes the lines before the first delimiter. @returns the delimiter without its line end; null when none comes */
async function passToDelimiter(input: CarrierInput, limits: Limits): Promise<string | null> {
  while (input.framingBytes < limits.maxHeaderBytes) {
    const line = await input.peekLine(limits.maxSniffBytes);
    if (line === "" || line.startsWith("<")) return null;
    input.passFraming(line.length);
    if (line.startsWith("--")) return line.trimEnd();
  }
  return null;
}

async function passPartHeaders(input: CarrierInput, limits: Limits): Promise<void> {
  for (let passed = 0; passed < limits.maxHeaderBytes; ) {
    const line = await input.passLine(limits.maxSniffBytes);
    if (line.trim() === "") return;
    passed += line.length;
  }
}

/** The XML up to the next delimiter or the end. @returns also whether another part follows */
async function readAnswers(
  input: CarrierInput,
  delimiter: string | null,
  limits: Limits,
): Promise<{ answers: FetchAnswers; isFollowed: boolean }> {
  const lines: string[] = [];
  let isFollowed = false;
  for (let size = 0; size < limits.maxHeaderBytes; ) {
    const line = await input.passLine(limits.maxSniffBytes);
    if (line === "") break;
    if (delimiter !== null && line.startsWith(delimiter)) {
      isFollowed = line.trimEnd() === delimiter;
      break;
    }
    lines.push(line);
    size += line.length;
  }
  const xml = new TextDecoder().decode(binaryBytes(lines.join("")));
  return { answers: parseFetchAnswers(xml.trim()), isFollowed };
}

/** All bytes but the closing delimiter, where one stands at the end. */
async function* carryParts(input: CarrierInput, delimiter: string): AsyncGenerator<Uint8Array> {
  yield* input.carryAllBut(delimiter.length + MAX_EPILOGUE_BYTES);
  const tail = binaryString(await input.peek(delimiter.length + MAX_EPILOGUE_BYTES));
  const closing = tail.trimEnd().endsWith(`${delimiter}--`) ? tail.lastIndexOf(delimiter) : tail.length;
  const end = closing - (/\r?\n$/.exec(tail.slice(0, closing))?.[0].length ?? 0) * (closing < tail.length ? 1 : 0);
  input.passCarried(end);
  yield binaryBytes(tail.slice(0, end));
}
