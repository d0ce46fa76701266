import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

/** Where the built kernel is kept. Written by `npm run build:kernel`; a test proves that it is what the sources give. */
export const KERNEL_PATH = fileURLToPath(new URL("../../shared/hu01/encoder-kernel-binary.ts", import.meta.url));

const SOURCES = fileURLToPath(new URL("../../shared/hu01/kernel", import.meta.url));
const ENTRY = "encode.ts";

/** Reads the number of memory pages out of the memory map, so that it is written down once only. */
function pages(): string {
  return /PAGES: i32 = (\d+)/.exec(readFileSync(join(SOURCES, "memory.ts"), "utf8"))?.[1] ?? "";
}

/** Compiles the kernel and wraps it as a TypeScript module. @returns the text of that module */
export async function buildKernel(): Promise<string> {
  let binary = new Uint8Array();
  const memory = ["--initialMemory", pages(), "--maximumMemory", pages()];
  const options = [ENTRY, "--outFile", "kernel.wasm", "--runtime", "stub", "--noAssert", "-O3", ...memory];
  const { error, stderr } = await asc.main([...options, "--baseDir", SOURCES], {
    writeFile: (_name: string, contents: string | Uint8Array) => {
      if (typeof contents !== "string") binary = contents.slice();
    },
  });
  if (error !== null) throw new Error(`asc: ${error.message}\n${stderr.toString()}`);
  return [
    "/** Made from kernel/ by `npm run build:kernel`; do not edit. A WebAssembly module, base64. */",
    `export const ENCODER_KERNEL =\n  "${Buffer.from(binary).toString("base64")}";\n`,
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(KERNEL_PATH, await buildKernel());
