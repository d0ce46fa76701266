import { join } from "node:path";
import { build } from "esbuild";
import { BUNDLE_OPTIONS, FUNCTION_BUNDLES, type FunctionName } from "../../infra/bundle-options.ts";

const PROJECT = join(import.meta.dirname, "../..");

/**
 * Builds the code of a function into a folder, byte for byte as it is deployed: `index.mjs`, and its threads beside it.
 *
 * @returns what went into `index.mjs`, by package or room, in bytes, the largest first
 */
export async function bundleFunction(
  name: FunctionName,
  folder: string,
): Promise<readonly (readonly [string, number])[]> {
  const { entry, threads } = FUNCTION_BUNDLES[name];
  const options = { ...BUNDLE_OPTIONS, absWorkingDir: PROJECT, logLevel: "silent", metafile: true } as const;
  for (const [file, module] of Object.entries(threads)) {
    await build({ ...options, entryPoints: [module], outfile: join(folder, file) });
  }
  const { metafile } = await build({ ...options, entryPoints: [entry], outfile: join(folder, "index.mjs") });
  const [output] = Object.values(metafile.outputs);
  const parts = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    parts.set(partOf(path), (parts.get(partOf(path)) ?? 0) + bytesInOutput);
  }
  return [...parts].toSorted(([, left], [, right]) => right - left);
}

function partOf(path: string): string {
  const [, inside] = path.split(/.*node_modules\//u);
  if (inside === undefined) return path.split("/").slice(0, 2).join("/");
  return inside
    .split("/")
    .slice(0, inside.startsWith("@") ? 2 : 1)
    .join("/");
}
