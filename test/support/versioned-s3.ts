import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { S3Client } from "@aws-sdk/client-s3";
import { createS3Client } from "../../functions/stores/aws-clients.ts";
import { TEST_IDENTITY } from "./emulators.ts";

/** A state of an object; a mark of its deletion has no content. */
interface Version {
  readonly key: string;
  readonly id: string;
  readonly content: Buffer | null;
}

/** A bucket that keeps every version of its objects, as no emulator on npm does. Speaks of one bucket only. */
export interface VersionedS3 extends AsyncDisposable {
  readonly client: S3Client;
  readonly bucket: string;
  /** `key version` of all that is kept, marks of deletions too, the oldest first. */
  readonly kept: readonly string[];
}

/** @param pageVersions of one page of a listing at most */
export async function startVersionedS3(pageVersions = 2): Promise<VersionedS3> {
  const store = new VersionedBucket(pageVersions);
  const server = createServer((request, response) => void store.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = createS3Client({ endpoint: `http://127.0.0.1:${port}`, ...TEST_IDENTITY });
  return {
    client,
    bucket: "versioned",
    get kept() {
      return store.versions.map(({ key, id }) => `${key} ${id}`);
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

class VersionedBucket {
  readonly #pageVersions: number;
  #count = 0;
  versions: Version[] = [];

  constructor(pageVersions: number) {
    this.#pageVersions = pageVersions;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const key = decodeURIComponent(url.pathname).replace(/^\/versioned\/?/, "");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method === "PUT") {
      const version = this.#add(key, Buffer.concat(chunks));
      response.writeHead(200, { etag: etagOf(version) }).end();
    } else if (request.method === "DELETE") {
      this.#delete(key, url.searchParams.get("versionId"));
      response.writeHead(204).end();
    } else if (url.searchParams.has("versions")) {
      response.writeHead(200, { "content-type": "application/xml" }).end(this.#list(url.searchParams));
    } else {
      const newest = this.versions.findLast((version) => version.key === key);
      if (newest?.content == null) response.writeHead(404).end();
      else {
        const { content } = newest;
        const headers = { etag: etagOf(newest), "content-length": content.length };
        response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : content);
      }
    }
  }

  #add(key: string, content: Buffer | null): Version {
    this.#count += 1;
    const version = { key, id: `v${this.#count}`, content };
    this.versions.push(version);
    return version;
  }

  #delete(key: string, id: string | null): void {
    if (id === null) this.#add(key, null);
    else this.versions = this.versions.filter((version) => version.key !== key || version.id !== id);
  }

  /** By key, the newest version of each first. */
  #list(query: URLSearchParams): string {
    const prefix = query.get("prefix") ?? "";
    const all = this.versions
      .filter(({ key }) => key.startsWith(prefix))
      .toReversed()
      .sort((a, b) => Number(a.key > b.key) - Number(a.key < b.key));
    const after = all.findIndex(({ id }) => id === query.get("version-id-marker")) + 1;
    const page = all.slice(after, after + this.#pageVersions);
    const last = page.at(-1);
    const isTruncated = after + page.length < all.length;
    const next = `<NextKeyMarker>${encodeURIComponent(last?.key ?? "")}</NextKeyMarker><NextVersionIdMarker>${last?.id}</NextVersionIdMarker>`;
    const entries = page.map((version) => this.#describe(version)).join("");
    const facts = `<EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>${isTruncated ? next : ""}`;
    return `<?xml version="1.0"?><ListVersionsResult>${facts}${entries}</ListVersionsResult>`;
  }

  #describe(version: Version): string {
    const { key, id, content } = version;
    const isLatest = this.versions.findLast((each) => each.key === key) === version;
    const facts = `<Key>${encodeURIComponent(key)}</Key><VersionId>${id}</VersionId><IsLatest>${isLatest}</IsLatest>`;
    const time = `<LastModified>${new Date(Number(id.slice(1)) * 1000).toISOString()}</LastModified>`;
    if (content === null) return `<DeleteMarker>${facts}${time}</DeleteMarker>`;
    const etag = etagOf(version).replaceAll('"', "&quot;");
    return `<Version>${facts}${time}<ETag>${etag}</ETag><Size>${content.length}</Size></Version>`;
  }
}

function etagOf({ content }: Version): string {
  return `"${createHash("md5")
    .update(content ?? "")
    .digest("hex")}"`;
}
