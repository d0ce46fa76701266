import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

/** One kernel: its sources, its entry, and the module that keeps it built. */
export interface Kernel {
  readonly sources: string;
  readonly entry: string;
  /** Written by `npm run build:kernel`; a test proves that it is what the sources give. */
  readonly binaryPath: string;
  readonly constant: string;
}

const ROOM = fileURLToPath(new URL("../../shared/hu01", import.meta.url));

export const KERNELS: readonly Kernel[] = [
  {
    sources: join(ROOM, "kernel/decoder"),
    entry: "decode.ts",
    binaryPath: join(ROOM, "decoder-kernel-binary.ts"),
    constant: "DECODER_KERNEL",
  },
  {
    sources: join(ROOM, "kernel/encoder"),
    entry: "encode.ts",
    binaryPath: join(ROOM, "encoder-kernel-binary.ts"),
    constant: "ENCODER_KERNEL",
  },
];

/** Reads the number of memory pages out of the memory map, so that it is written down once only. */
function pages(sources: string): string {
  return /PAGES: i32 = (\d+)/.exec(readFileSync(join(sources, "memory.ts"), "utf8"))?.[1] ?? "";
}

/** Compiles a kernel and wraps it as a TypeScript module. @returns the text of that module */
export async function buildKernel({ sources, entry, constant }: Kernel): Promise<string> {
  let binary = new Uint8Array();
  const memory = ["--initialMemory", pages(sources), "--maximumMemory", pages(sources)];
  const options = [
    entry,
    "--outFile",
    "kernel.wasm",
    "--runtime",
    "stub",
    "--noAssert",
    "--enable",
    "simd",
    "-O3",
    ...memory,
  ];
  const { error, stderr } = await asc.main([...options, "--baseDir", sources], {
    writeFile: (_name: string, contents: string | Uint8Array) => {
      if (typeof contents !== "string") binary = contents.slice();
    },
  });
  if (error !== null) throw new Error(`asc: ${error.message}\n${stderr.toString()}`);
  return [
    "/** Made from kernel/ by `npm run build:kernel`; do not edit. A WebAssembly module, base64. */",
    `export const ${constant} =\n  "${Buffer.from(binary).toString("base64")}";\n`,
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const kernel of KERNELS) writeFileSync(kernel.binaryPath, await buildKernel(kernel));
}
