import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { createS3Client } from "../../functions/stores/aws-clients.ts";
import { type S3Emulator, startS3, TEST_IDENTITY } from "./emulators.ts";

interface Part {
  readonly etag: string;
  readonly size: number;
}
interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * fauxqs behind what it lacks: signatures of presigned requests (so that other header fields than the signed ones are
 * refused), SHA-256 of bodies, `If-None-Match: *`, and listings of parts and of uploads in parts.
 */
export async function startStrictS3(): Promise<S3Emulator> {
  const plain = await startS3();
  const strict = new StrictS3(plain.endpoint);
  const server = createServer((request, response) => void strict.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createS3Client({ endpoint, ...TEST_IDENTITY });
  const stop = async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await plain.stop();
  };
  return {
    ...plain,
    endpoint,
    client,
    environment: { ...plain.environment, AWS_ENDPOINT_URL_S3: endpoint },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

class StrictS3 {
  readonly #endpoint: string;
  /** By their ids. */
  readonly #uploads = new Map<string, { readonly bucket: string; readonly parts: Map<number, Part> }>();

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { pathname: path, searchParams: query } = new URL(request.url ?? "", this.#endpoint);
    const asked = { method: request.method ?? "GET", path, query, headers: request.headers, body };
    const {
      status,
      headers,
      body: content,
    } = this.#refuse(asked, request.url ?? "") ??
    this.#list(asked) ??
    (await this.#refuseReplacing(asked)) ??
    (await this.#pass(asked, request.url ?? ""));
    response.writeHead(status, { ...headers, "content-length": String(content.length) }).end(content);
  }

  #refuse({ method, query, headers, body }: Asked, url: string): Answer | null {
    if (query.has("X-Amz-Signature") && !isSigned(method, url, headers)) return error(403, "SignatureDoesNotMatch");
    const checksum = headers["x-amz-checksum-sha256"];
    const isRight = checksum === undefined || createHash("sha256").update(body).digest("base64") === checksum;
    return isRight ? null : error(400, "BadDigest");
  }

  #list({ method, path, query }: Asked): Answer | null {
    if (method !== "GET") return null;
    if (query.has("uploads")) {
      const here = [...this.#uploads].filter(([, { bucket }]) => bucket === bucketOf(path));
      const uploads = here.map(([id]) => `<Upload><UploadId>${id}</UploadId></Upload>`);
      return xml(`<ListMultipartUploadsResult>${uploads.join("")}</ListMultipartUploadsResult>`);
    }
    const id = query.get("uploadId");
    if (id === null) return null;
    const upload = this.#uploads.get(id);
    if (upload === undefined) return error(404, "NoSuchUpload");
    return xml(
      `<ListPartsResult>${listed(upload.parts, Number(query.get("part-number-marker") ?? 0))}</ListPartsResult>`,
    );
  }

  async #refuseReplacing({ method, path, headers }: Asked): Promise<Answer | null> {
    if (method !== "PUT" || headers["if-none-match"] !== "*") return null;
    const { status } = await fetch(this.#endpoint + path, { method: "HEAD" });
    return status === 404 ? null : error(412, "PreconditionFailed");
  }

  async #pass({ method, path, query, headers, body }: Asked, url: string): Promise<Answer> {
    const { host, connection, "content-length": length, "transfer-encoding": coding, expect, ...rest } = headers;
    const sent = {
      method,
      headers: rest as Record<string, string>,
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    };
    const answered = await fetch(this.#endpoint + url, sent);
    const content = Buffer.from(await answered.arrayBuffer());
    if (answered.ok)
      this.#remember({ method, path, query }, { etag: answered.headers.get("etag") ?? "", size: body.length }, content);
    const { "transfer-encoding": framing, connection: kept, ...given } = Object.fromEntries(answered.headers);
    return { status: answered.status, headers: given, body: content };
  }

  #remember({ method, path, query }: Pick<Asked, "method" | "path" | "query">, part: Part, content: Buffer): void {
    const id = query.get("uploadId");
    const begun = /<UploadId>([^<]+)/u.exec(content.toString("latin1"))?.[1];
    if (method === "POST" && query.has("uploads") && begun !== undefined)
      this.#uploads.set(begun, { bucket: bucketOf(path), parts: new Map() });
    if (id === null) return;
    if (method === "PUT") this.#uploads.get(id)?.parts.set(Number(query.get("partNumber")), part);
    else this.#uploads.delete(id);
  }
}

function bucketOf(path: string): string {
  return path.split("/")[1] ?? "";
}

/** In pages of two, so that readers have to go on. */
function listed(parts: ReadonlyMap<number, Part>, marker: number): string {
  const left = [...parts].filter(([number]) => number > marker).sort(([one], [other]) => one - other);
  const page = left.slice(0, 2).map(([number, { etag, size }]) => {
    const tag = etag.replaceAll('"', "&quot;");
    return `<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag><Size>${size}</Size></Part>`;
  });
  const last = left[1]?.[0] ?? marker;
  return `<IsTruncated>${left.length > 2}</IsTruncated><NextPartNumberMarker>${last}</NextPartNumberMarker>${page.join("")}`;
}

/** Signature Version 4 in the query, as AWS documents it: every signed header field with the value that came. */
function isSigned(method: string, url: string, headers: IncomingHttpHeaders): boolean {
  const [path = "", rawQuery = ""] = url.split("?");
  const query = new URLSearchParams(rawQuery);
  const date = query.get("X-Amz-Date") ?? "";
  const end = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, "$1-$2-$3T$4:$5:$6Z"));
  if (Date.now() > end + Number(query.get("X-Amz-Expires")) * 1000) return false;
  const signed = (query.get("X-Amz-SignedHeaders") ?? "").split(";");
  const canonical = [
    method,
    path,
    rawQuery
      .split("&")
      .filter((pair) => !pair.startsWith("X-Amz-Signature="))
      .sort()
      .join("&"),
    ...signed.map((name) => `${name}:${String(headers[name] ?? "").trim()}`),
    "",
    signed.join(";"),
    query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
  ].join("\n");
  const [, ...scope] = (query.get("X-Amz-Credential") ?? "").split("/");
  const toSign = ["AWS4-HMAC-SHA256", date, scope.join("/"), createHash("sha256").update(canonical).digest("hex")];
  const start: string | Buffer = `AWS4${TEST_IDENTITY.credentials.secretAccessKey}`;
  const key = scope.reduce<string | Buffer>(
    (secret, step) => createHmac("sha256", secret).update(step).digest(),
    start,
  );
  return createHmac("sha256", key).update(toSign.join("\n")).digest("hex") === query.get("X-Amz-Signature");
}

function xml(text: string): Answer {
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: Buffer.from(`<?xml version="1.0"?>${text}`),
  };
}

function error(status: number, code: string): Answer {
  return { ...xml(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`), status };
}
