import { LocalError } from "../local-error.ts";
import type { ByteMeter } from "./byte-meter.ts";
import type { Remote } from "./remote.ts";
import { expectSuccess } from "./remote-problem.ts";
import { retrying } from "./retrying.ts";

/** Bytes and where they go in one request. */
export interface Piece {
  /** A link that needs no token. */
  readonly url: string;
  readonly content: Blob;
  readonly headers: Readonly<Record<string, string>>;
}

/** `duplex` lets `fetch` stream a body; without a Content-Length of its own that body would go out in chunks. */
const STREAMED = { method: "PUT", duplex: "half" } as const;
const PRECONDITION_FAILED = 412;

/**
 * Puts a piece where its link leads, from its beginning again when that fails: the same bytes to the same place do no
 * harm twice.
 *
 * @returns the ETag that the store gave, as it stands in the header; "" for none
 * @throws LocalError cli/remote-unreachable, cli/remote-answer
 * @throws ArchiveError what the service says
 */
export async function sendPiece({ signal }: Remote, piece: Piece, meter: ByteMeter): Promise<string> {
  if (!URL.canParse(piece.url)) {
    throw new LocalError("cli/remote-answer", "The service does not say where the file goes.");
  }
  let sendings = 0;
  const send = () => {
    sendings += 1;
    return put(piece, meter, signal);
  };
  const answer = await retrying(send, { signal });
  // Where nothing may be replaced, what is there already is what was sent before its answer got lost.
  const isThere = answer.status === PRECONDITION_FAILED && sendings > 1;
  const { headers, body } = isThere ? answer : await expectSuccess(answer);
  await body?.cancel();
  return headers.get("etag") ?? "";
}

/** What went out in vain is taken back from the meter. */
async function put({ url, content, headers }: Piece, meter: ByteMeter, signal: AbortSignal): Promise<Response> {
  let sentBytes = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      sentBytes += chunk.length;
      meter.add(chunk.length);
      controller.enqueue(chunk);
    },
  });
  const body = content.stream().pipeThrough(counting);
  const fields = { ...headers, "content-length": String(content.size) };
  let isTaken = false;
  try {
    const answer = await fetch(url, { ...STREAMED, headers: fields, body, signal });
    isTaken = answer.ok;
    return answer;
  } finally {
    if (!isTaken) meter.add(-sentBytes);
  }
}
