/**
 * Starts a WebAssembly module that is kept as base64 text.
 *
 * @returns its exports, or null where there is no WebAssembly, or one without the vector instructions that it uses
 */
export function startKernel<Exports>(base64: string): Exports | null {
  if (typeof WebAssembly === "undefined") return null;
  const binary = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (!WebAssembly.validate(binary)) return null;
  return new WebAssembly.Instance(new WebAssembly.Module(binary)).exports as Exports;
}
