import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { BUNDLE_OPTIONS, FUNCTION_BUNDLES, FUNCTION_NAMES } from "../../infra/bundle-options.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const root = dirname(dirname(import.meta.dirname));
const NOWHERE = "http://127.0.0.1:9";

/** Runs the CDK's command line with no home, no credentials and no network. */
function synth(folder: string, ...flags: string[]) {
  const home = join(folder, "home");
  mkdirSync(home);
  const env = {
    PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}`,
    HOME: home,
    CDK_DISABLE_VERSION_CHECK: "1",
    npm_config_update_notifier: "false",
    AWS_EC2_METADATA_DISABLED: "true",
    HTTPS_PROXY: NOWHERE,
    HTTP_PROXY: NOWHERE,
  };
  const output = join(folder, "out");
  const run = spawnSync("cdk", ["synth", "--quiet", "--no-notices", "-o", output, ...flags], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  return { ...run, output };
}

/** What everybody else gets who builds the functions by the same options. */
async function bundleAll(): Promise<string[]> {
  const entries = Object.values(FUNCTION_BUNDLES).flatMap(({ entry, threads }) => [
    ["index.mjs", entry] as const,
    ...Object.entries(threads),
  ]);
  const built = entries.map(async ([name, entry]) => {
    const { outputFiles } = await build({
      ...BUNDLE_OPTIONS,
      entryPoints: [join(root, entry)],
      absWorkingDir: root,
      write: false,
    });
    return `${name} ${sha256(outputFiles[0]?.contents ?? new Uint8Array())}`;
  });
  return await Promise.all(built);
}

function sha256(bytes: Uint8Array): string {
  return hash("sha256", bytes, "hex");
}

describe("npx cdk synth", () => {
  it("makes the template and the code of all functions without credentials and network", async () => {
    const folder = await makeTemporaryFolder();
    const { status, stderr, output } = synth(folder);
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
    const { Resources } = JSON.parse(readFileSync(join(output, "hu01-archive.template.json"), "utf8"));
    const types = Object.values(Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
    expect(types.filter((type) => type === "AWS::Lambda::Function")).toHaveLength(FUNCTION_NAMES.length);
    const codes = readdirSync(output).filter((name) => name.startsWith("asset."));
    const files = codes.flatMap((code) =>
      readdirSync(join(output, code)).map((name) => [name, join(output, code, name)]),
    );
    const synthesised = files.map(([name = "", path = ""]) => `${name} ${sha256(readFileSync(path))}`);
    expect(synthesised.sort()).toEqual((await bundleAll()).sort());
  });

  it("stops with a sentence that names the key of a bad option", async () => {
    const folder = await makeTemporaryFolder();
    const { status, stderr } = synth(folder, "-c", "batchSize=many");
    expect(status).not.toBe(0);
    expect(stderr).toContain('The context key batchSize is "many", but has to be a whole number from 1 to 10.');
  });
});
