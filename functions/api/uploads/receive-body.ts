import type { ByteSource } from "../../../shared/bytes/byte-source.ts";
import { ApiError } from "../../../shared/errors.ts";
import type { BodyLimit } from "../api-deps.ts";

/**
 * The bytes of a request's body, as they arrive. Ends well only when all of them came, so a store that writes
 * all or nothing keeps no half upload.
 *
 * @param declaredBytes Content-Length, or null when the client did not say
 * @param limit absent: a body of any size is taken
 * @throws ApiError api/upload-interrupted, api/payload-too-large, payload/empty
 */
export async function* receiveBody(
  body: ByteSource,
  declaredBytes: number | null,
  limit?: BodyLimit,
): AsyncGenerator<Uint8Array> {
  let receivedBytes = 0;
  refuseTooLarge(declaredBytes ?? 0, limit);
  try {
    for await (const chunk of body) {
      receivedBytes += chunk.length;
      refuseTooLarge(receivedBytes, limit);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw interrupted(receivedBytes, declaredBytes, cause);
  }
  if (declaredBytes !== null && receivedBytes !== declaredBytes) throw interrupted(receivedBytes, declaredBytes);
  if (receivedBytes === 0) throw new ApiError("payload/empty", "The body has no bytes.");
}

/** The same bytes, once the first of them are there: so nothing is begun for a body that has none. */
export async function waitForFirstBytes(body: AsyncGenerator<Uint8Array>): Promise<AsyncGenerator<Uint8Array>> {
  const first = await body.next();
  return (async function* () {
    if (!first.done) yield first.value;
    yield* body;
  })();
}

function refuseTooLarge(bytes: number, limit: BodyLimit | undefined): void {
  if (limit === undefined || bytes <= limit.maxBytes) return;
  const message = `The body has ${bytes} bytes or more; one request brings at most ${limit.maxBytes}. ${limit.instead}`;
  throw new ApiError("api/payload-too-large", message, { details: { bytes, maxBytes: limit.maxBytes } });
}

function interrupted(receivedBytes: number, declaredBytes: number | null, cause?: unknown): ApiError {
  const expected = declaredBytes === null ? "" : ` of ${declaredBytes}`;
  const message = `The connection ended after ${receivedBytes}${expected} bytes of the body.`;
  return new ApiError("api/upload-interrupted", message, { details: { receivedBytes }, cause });
}

/**
 * The Content-Length of a request.
 *
 * @throws ApiError api/request-invalid for anything but digits (RFC 9110 §8.6)
 */
export function declaredLength(contentLength: string | undefined): number | null {
  if (contentLength === undefined) return null;
  if (/^\d{1,15}$/u.test(contentLength)) return Number(contentLength);
  throw new ApiError("api/request-invalid", "Content-Length is not a number of bytes.");
}
