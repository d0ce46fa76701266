import type { FileView } from "../../api/files/file-contract.ts";
import { LocalError } from "../local-error.ts";
import type { Remote } from "./remote.ts";
import { expectSuccess } from "./remote-problem.ts";
import { pause, pauseMillis, toUnreachable } from "./retrying.ts";

/** Connections that may break in a row without one more byte. */
const MAX_FAILURES = 6;

/**
 * The bytes of a result file. A connection that breaks is made again, and the file goes on behind the last byte that
 * came (RFC 9110 §14): the ETag makes sure that it is still the same file.
 *
 * @throws LocalError cli/remote-unreachable, cli/download-mismatch
 * @throws ArchiveError what the service says
 */
export async function* downloadFile(
  { client, signal }: Remote,
  { url, size }: Pick<FileView, "url" | "size">,
): AsyncGenerator<Uint8Array> {
  let offset = 0;
  let etag: string | null = null;
  for (let failures = 1; ; failures += 1) {
    try {
      const answer: Response = await client.fetchLink(url, { headers: rangeFrom(offset, etag) });
      etag = (await expectPart(answer, offset)).headers.get("etag") ?? etag;
      for await (const chunk of answer.body ?? []) {
        offset += chunk.length;
        if (offset > size) throw mismatch(size);
        failures = 0;
        yield chunk;
      }
      if (offset === size) return;
    } catch (error) {
      const unreachable = toUnreachable(error, signal);
      if (failures >= MAX_FAILURES) throw unreachable;
    }
    if (failures >= MAX_FAILURES) throw mismatch(size);
    await pause(pauseMillis(Math.max(failures, 1)), signal);
  }
}

/** Offsets count the bytes of the file, so nothing on the way may compress them. */
function rangeFrom(offset: number, etag: string | null): Record<string, string> {
  const plain = { "accept-encoding": "identity" };
  if (offset === 0) return plain;
  return { ...plain, range: `bytes=${offset}-`, ...(etag === null ? {} : { "if-range": etag }) };
}

async function expectPart(answer: Response, offset: number): Promise<Response> {
  await expectSuccess(answer);
  if (offset === 0 || answer.headers.get("content-range")?.startsWith(`bytes ${offset}-`)) return answer;
  await answer.body?.cancel();
  throw new LocalError("cli/download-mismatch", "A file changed while it was being downloaded.", {
    details: { offset, status: answer.status },
  });
}

function mismatch(size: number): LocalError {
  const message = `A file has another size than the ${size} bytes that the service names.`;
  return new LocalError("cli/download-mismatch", message, { details: { size } });
}
