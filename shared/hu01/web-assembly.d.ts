/** The little of WebAssembly that the kernel's home needs. No library of types that both projects load has it. */
declare const WebAssembly:
  | undefined
  | {
      readonly validate: (binary: Uint8Array) => boolean;
      readonly Module: new (binary: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: unknown };
    };
