import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { type FaultProxy, type NetworkFault, type SeenRequest, startFaultProxy } from "../../support/fault-proxy.ts";
import { type CommandEnd, makeTemporaryFolder, runCli, type TemporaryFolder } from "../run-cli.ts";
import { type Serve, startServe } from "../start-serve.ts";

/** A service that all tests of a file share, each with jobs of its own. */
export function useServe(...words: string[]): { readonly url: string; jobs(filename: string): Promise<SeenJob[]> } {
  let folder: TemporaryFolder;
  let serve: Serve;
  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    serve = await startServe(folder, ...words);
  });
  afterAll(async () => {
    await serve.stop("SIGTERM");
    await folder[Symbol.asyncDispose]();
  });
  return {
    get url() {
      return serve.url;
    },
    jobs: async (filename) => {
      const { jobs } = (await (await fetch(`${serve.url}/v1/jobs?limit=1000`)).json()) as { jobs: SeenJob[] };
      return jobs.filter(({ source }) => source.filename === filename);
    },
  };
}

interface SeenJob {
  readonly id: string;
  readonly status: string;
  readonly source: { readonly filename: string };
}

/** A folder with files in it, and what is in it later. */
export interface Place extends TemporaryFolder {
  run(...words: string[]): Promise<CommandEnd>;
  /** Every file below a folder, by path, as latin-1 text. */
  files(below: string): Promise<Record<string, string>>;
}

/** Makes one; it is gone when the test is over. */
export async function makePlace(files: Record<string, Uint8Array | string>): Promise<Place> {
  const folder = await makeTemporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder.path, path, ".."), { recursive: true });
    await writeFile(join(folder.path, path), content);
  }
  return {
    ...folder,
    run: (...words) => runCli(words, folder.path),
    files: async (below) => {
      const paths = (await folder.entries()).filter((path) => path.startsWith(`${below}/`));
      const read = async (path: string) => [path, await readFile(join(folder.path, path), "latin1").catch(() => "")];
      return Object.fromEntries(await Promise.all(paths.map(read)));
    },
  };
}

/** Puts a line on which things go wrong before a service. */
export async function breakLine(url: string, plan: (request: SeenRequest) => NetworkFault): Promise<FaultProxy> {
  const proxy = await startFaultProxy(url, plan);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}
