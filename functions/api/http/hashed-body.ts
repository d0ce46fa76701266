import { createHash } from "node:crypto";
import { ApiError } from "../../../shared/errors.ts";

/** Hashes the body of a request while somebody else reads it; nothing of it is kept. */
export class HashedBody {
  readonly #request: Request;
  readonly #hash = createHash("sha256");
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  /** @param request is not to be read any more; `request()` is */
  constructor(request: Request) {
    this.#request = request;
    this.#reader = request.body?.getReader();
  }

  /** The same request, once; its body is read from the first one as it is asked for. */
  request(): Request {
    const { url, method, headers, signal } = this.#request;
    if (this.#reader === undefined) return new Request(url, { method, headers, signal });
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const chunk = await this.#next();
          if (chunk === null) controller.close();
          else controller.enqueue(chunk);
        },
      },
      { highWaterMark: 0 },
    );
    return new Request(url, { method, headers, signal, body, duplex: "half" });
  }

  /**
   * What makes two requests the same: method, path, query, Content-Type and all bytes of the body, of which it reads
   * those that nobody has read. To be asked for once.
   *
   * @throws ApiError api/upload-interrupted
   */
  async fingerprint(): Promise<string> {
    try {
      while ((await this.#next()) !== null);
    } catch (cause) {
      throw new ApiError("api/upload-interrupted", undefined, { cause });
    }
    const { method, url, headers } = this.#request;
    const { pathname, search } = new URL(url);
    const parts = [method, pathname + search, headers.get("content-type"), this.#hash.digest("hex")];
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  }

  async #next(): Promise<Uint8Array | null> {
    const next = await this.#reader?.read();
    if (next === undefined || next.done) return null;
    this.#hash.update(next.value);
    return next.value;
  }
}
