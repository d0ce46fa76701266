/**
 * The little of the platform that the pure code stands on. shared/tsconfig.json loads this file instead of
 * the Node.js types, so anything else of Node.js or the browser does not compile in shared/.
 */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}

declare module "node:zlib" {
  export function crc32(bytes: Uint8Array, value?: number): number;
}

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}

declare function atob(base64: string): string;
