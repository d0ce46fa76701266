/** The part of zip-stream that is used here and in tests; it brings no types of its own. */
declare module "zip-stream" {
  import type { Readable, Transform } from "node:stream";

  interface ZipOptions {
    readonly zlib?: { readonly level?: number };
    readonly forceZip64?: boolean;
  }

  interface EntryFacts {
    readonly name: string;
    /** Without one the clock's. */
    readonly date?: Date;
    readonly mode?: number;
    readonly store?: boolean;
  }

  // biome-ignore lint/style/noDefaultExport: this is how zip-stream exports it
  export default class ZipStream extends Transform {
    constructor(options?: ZipOptions);
    /** Bytes written so far. */
    protected offset: number;
    /** One at a time: the callback comes when the source was read to its end. */
    entry(source: Readable | Buffer, facts: EntryFacts, callback: (error?: Error | null) => void): void;
    finish(): void;
    /** The same. */
    finalize(): void;
  }
}
