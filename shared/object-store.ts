import type { ByteSource } from "./bytes/byte-source.ts";

/** What a store knows of an object without opening it. */
export interface ObjectFacts {
  readonly key: string;
  readonly size: number;
  /** Opaque; changes whenever the content changes. */
  readonly etag: string;
}

export interface ReadOptions {
  /** Only these bytes; without length to the end. */
  readonly range?: { readonly offset: number; readonly length?: number };
  /** Fail with `stores/source-changed` unless the object still has this etag. */
  readonly etag?: string;
  /** Ends the reading with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface WriteOptions {
  readonly mediaType?: string;
  /** Ends the writing with the signal's reason, returns the source and leaves nothing behind. */
  readonly signal?: AbortSignal;
}

export interface DeleteOptions {
  /** Remove content with this etag only. */
  readonly etag?: string;
  /** Remove what was overwritten or deleted earlier too, where the store keeps that. */
  readonly everyVersion?: boolean;
}

/**
 * Seam 1: where bytes live. Keys use forward slashes and name what S3 could name. Every method throws
 * `StoreError`. A write is all or nothing: an object appears complete or not at all.
 */
export interface ObjectStore {
  /** Facts of an object, or null when there is none. */
  head(key: string): Promise<ObjectFacts | null>;
  /** The object's bytes; opened on the first pull. @throws stores/not-found, stores/source-changed, stores/read-failed */
  read(key: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
  /** Writes the source to its end. An error of the source is rethrown as it is and leaves nothing behind. */
  write(key: string, content: ByteSource, options?: WriteOptions): Promise<ObjectFacts>;
  /**
   * Objects whose key begins with the prefix, by key in the order of its UTF-8 bytes, which is that of S3; `after` is a
   * place in this order, whether there is such a key or not. JavaScript's `<` differs from it behind U+FFFF only.
   */
  list(prefix: string, options?: { readonly after?: string }): AsyncIterable<ObjectFacts>;
  /** Removes an object; nothing happens when there is none. */
  delete(key: string, options?: DeleteOptions): Promise<void>;
}
