import { binaryString } from "../../bytes/binary-string.ts";
import type { ErrorCode } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import { isHttpStartLine } from "../../payload/http-start-line.ts";
import type { Member } from "./carrier.ts";
import type { CarrierInput } from "./carrier-input.ts";

const PIECE_BYTES = 65_536;
const MAX_CHUNK_LINE_BYTES = 1024;

/**
 * Reads a raw HTTP capture (RFC 9112): the bodies of requests and responses that follow each other. A body's length is
 * that of its Content-Length or its chunks; a response that states neither reaches to the end. Encodings of the content
 * are left alone: gzip is a carrier of its own.
 */
export async function* readHttp(input: CarrierInput, limits: Limits): AsyncGenerator<Member> {
  for (let number = 0; ; ) {
    const startLine = await input.passLine(limits.maxSniffBytes);
    if (startLine === "") return;
    if (!isHttpStartLine(startLine)) continue;
    const isResponse = startLine.startsWith("HTTP/");
    if (!isResponse || number === 0) number++;
    const body = new HttpBody(input, await passHeaders(input, limits), isResponse);
    if (await body.isEmpty()) continue;
    const name = `${isResponse ? "response" : "request"} ${number}`;
    yield { kind: "member", name, bytes: body.read(), problem: () => body.problem };
  }
}

/** Passes header lines up to the blank line. @returns them in one text */
async function passHeaders(input: CarrierInput, limits: Limits): Promise<string> {
  let headers = "";
  while (headers.length < limits.maxHeaderBytes) {
    const line = await input.passLine(limits.maxSniffBytes);
    if (line.trim() === "") break;
    headers += line;
  }
  return headers;
}

class HttpBody {
  readonly #input: CarrierInput;
  readonly #isChunked: boolean;
  /** Infinite when only the end of the capture ends it. */
  readonly #length: number;
  /** Why it is shorter than it should be. */
  problem: ErrorCode | null = null;

  constructor(input: CarrierInput, headers: string, isResponse: boolean) {
    this.#input = input;
    this.#isChunked = /^transfer-encoding[ \t]*:.*chunked/im.test(headers);
    const stated = /^content-length[ \t]*:[ \t]*(\d{1,15})/im.exec(headers)?.[1];
    const unstated = isResponse ? Number.POSITIVE_INFINITY : 0;
    this.#length = stated === undefined ? unstated : Number(stated);
  }

  async isEmpty(): Promise<boolean> {
    return (!this.#isChunked && this.#length === 0) || (await this.#input.peek(1)).length === 0;
  }

  async *read(): AsyncGenerator<Uint8Array> {
    // Some captures are saved without the chunks that their headers tell of.
    if (this.#isChunked && (await this.#peekChunkLength()) !== null) yield* this.#readChunks();
    else yield* this.#carry(this.#isChunked ? Number.POSITIVE_INFINITY : this.#length);
  }

  async *#readChunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const length = await this.#peekChunkLength();
      if (length === null) {
        this.problem = "readers/carrier-damaged";
        return;
      }
      await this.#input.passLine(MAX_CHUNK_LINE_BYTES);
      if (length === 0) return;
      yield* this.#carry(length);
      if (this.problem !== null) return;
      const lineEnd = binaryString(await this.#input.peek(2));
      this.#input.passFraming(lineEnd === "\r\n" ? 2 : 0);
    }
  }

  async #peekChunkLength(): Promise<number | null> {
    const line = await this.#input.peekLine(MAX_CHUNK_LINE_BYTES);
    const digits = /^([0-9a-f]{1,12})[ \t]*(?:;[^\r\n]*)?\r?\n$/i.exec(line)?.[1];
    return digits === undefined ? null : Number.parseInt(digits, 16);
  }

  async *#carry(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      const piece = (await this.#input.peek(Math.min(left, PIECE_BYTES))).slice();
      if (piece.length === 0) {
        if (left !== Number.POSITIVE_INFINITY) this.problem = "readers/carrier-damaged";
        return;
      }
      this.#input.passCarried(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}
