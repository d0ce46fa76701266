import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An S3 that serves one file of any size as one object, and takes results without holding mail in memory. */
export interface FileS3 extends AsyncDisposable {
  readonly endpoint: string;
  readonly size: number;
  readonly etag: string;
  /** Bytes of results that were written. */
  readonly writtenBytes: number;
}

interface Stored {
  readonly etag: string;
  readonly size: number;
  /** Null for mail, which nobody reads back. */
  readonly content: Buffer | null;
}

/** For measuring only: emulators hold all in memory. @param path bucket and key, like `/uploads/inbox/a.hu01` */
export async function startFileS3(file: string, path: string): Promise<FileS3> {
  const { size } = await stat(file);
  const server = new FileServer(file, path, size);
  const http = createServer((request, response) => void server.answer(request, response));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    size,
    etag: server.etag,
    get writtenBytes() {
      return server.writtenBytes;
    },
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

class FileServer {
  readonly #file: string;
  readonly #path: string;
  readonly #size: number;
  readonly #stored = new Map<string, Stored>();
  readonly etag = "0123456789abcdef0123456789abcdef";
  writtenBytes = 0;

  constructor(file: string, path: string, size: number) {
    this.#file = file;
    this.#path = path;
    this.#size = size;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    const path = decodeURIComponent(pathname);
    const body = await collect(request, path.endsWith(".eml"));
    if (request.method === "PUT") this.#put(path, searchParams, body, response);
    else if (request.method === "POST") answerUpload(searchParams, response);
    else if (request.method === "DELETE") response.writeHead(204).end();
    else if (searchParams.has("list-type")) this.#list(response);
    else this.#get(path, request, response);
  }

  #put(path: string, query: URLSearchParams, { size, content }: Body, response: ServerResponse): void {
    this.writtenBytes += size;
    const etag = createHash("md5").update(`${path} ${size} ${query}`).digest("hex");
    this.#stored.set(path, { etag, size, content });
    response.writeHead(200, { etag: `"${etag}"` }).end();
  }

  #list(response: ServerResponse): void {
    const body = `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>`;
    response.writeHead(200, { "content-type": "application/xml" }).end(body);
  }

  #get(path: string, { method, headers }: IncomingMessage, response: ServerResponse): void {
    const stored = path === this.#path ? { etag: this.etag, size: this.#size } : this.#stored.get(path);
    if (stored === undefined) return void response.writeHead(404).end();
    const [, from = "0", to] = /^bytes=(\d+)-(\d*)$/u.exec(headers.range ?? "") ?? [];
    const [start, end] = [Number(from), to ? Math.min(Number(to), stored.size - 1) : stored.size - 1];
    const range = { "content-range": `bytes ${start}-${end}/${stored.size}` };
    const status = headers.range === undefined ? 200 : 206;
    const common = { etag: `"${stored.etag}"`, "content-length": end - start + 1, "accept-ranges": "bytes" };
    response.writeHead(status, { ...common, ...(status === 206 ? range : {}) });
    if (method === "HEAD") response.end();
    else if (path === this.#path) createReadStream(this.#file, { start, end }).pipe(response);
    else response.end((stored as Stored).content?.subarray(start, end + 1));
  }
}

interface Body {
  readonly size: number;
  readonly content: Buffer | null;
}

async function collect(request: IncomingMessage, isMail: boolean): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (!isMail) chunks.push(chunk);
  }
  return { size, content: isMail ? null : Buffer.concat(chunks) };
}

function answerUpload(query: URLSearchParams, response: ServerResponse): void {
  const name = query.has("uploads") ? "InitiateMultipartUploadResult" : "CompleteMultipartUploadResult";
  const body = `<?xml version="1.0"?><${name}><UploadId>1</UploadId><ETag>"whole"</ETag></${name}>`;
  response.writeHead(200, { "content-type": "application/xml" }).end(body);
}
