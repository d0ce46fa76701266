import { join } from "node:path";
import { build } from "esbuild";

const PROJECT = join(import.meta.dirname, "../..");

/** The module that holds the script of the pages, as `npm run build:page` writes it. */
export async function buildPageScript(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: PROJECT,
    entryPoints: ["functions/api/page/client/main.ts"],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    charset: "utf8",
    legalComments: "none",
    // A string with ${ in it looks like a mistake.
    supported: { "template-literal": false },
    write: false,
  });
  const text = (outputFiles[0]?.text ?? "").trim();
  return [
    "/** The script of the pages: `client/`, bundled by `npm run build:page`. A test builds it again. */",
    "export const SCRIPT =",
    `  ${JSON.stringify(text)};`,
    "",
  ].join("\n");
}
