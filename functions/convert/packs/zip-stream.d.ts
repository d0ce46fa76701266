/** The part of zip-stream that is used here; it brings no types of its own. */
declare module "zip-stream" {
  import type { Readable, Transform } from "node:stream";

  interface ZipOptions {
    readonly zlib?: { readonly level?: number };
  }

  interface EntryFacts {
    readonly name: string;
    readonly date: Date;
    readonly mode: number;
  }

  // biome-ignore lint/style/noDefaultExport: this is how zip-stream exports it
  export default class ZipStream extends Transform {
    constructor(options?: ZipOptions);
    /** One at a time: the callback comes when the source was read to its end. */
    entry(source: Readable, facts: EntryFacts, callback: (error?: Error | null) => void): void;
    finalize(): void;
  }
}
