import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ERRORS } from "../shared/errors.ts";
import { WARNINGS } from "../shared/items/warning.ts";
import { errorRow, warningRow } from "./support/readme-tables.ts";

const root = dirname(import.meta.dirname);
let copy = "";

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "house-rules-"));
  for (const name of ["shared", "functions", "biome.json", "package.json", "tsconfig.json", ".gitignore"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Writes one file into the copy, runs a tool over it, and takes it out again. @returns what the tool printed */
function plant(path: string, content: string, tool: "biome" | "tsc"): string {
  const file = join(copy, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  try {
    return run(tool, path);
  } finally {
    rmSync(file);
  }
}

function run(tool: "biome" | "tsc", path: string): string {
  const args = {
    biome: ["lint", "--vcs-enabled=false", "--colors=off", "--max-diagnostics=20", path],
    tsc: ["-p", "shared/tsconfig.json", "--pretty", "false"],
  }[tool];
  try {
    return execFileSync(join(root, "node_modules/.bin", tool), args, { cwd: copy, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}${stderr}`;
  }
}

const uses = (specifier: string) => `import * as planted from "${specifier}";\nexport const used = planted;\n`;

/** One violation for each wall: a file, what it imports, and the sentence that has to stop it. */
const WALLS = [
  ["shared/planted.ts", "node:fs", "shared/ is pure"],
  ["shared/planted.ts", "../functions/log.ts", "shared/ is pure"],
  ["shared/bytes/planted.ts", "../items/item.ts", "bytes/ may import"],
  ["shared/bytes/planted.ts", "node:fs", "bytes/ may import"],
  ["shared/hu01/planted.ts", "zod", "hu01/ may import"],
  ["shared/hu01/planted.ts", "../payload/payload-kind.ts", "hu01/ may import"],
  ["shared/hu01/planted.ts", "../options.ts", "hu01/ may import"],
  ["shared/payload/planted.ts", "../hu01/decode-block.ts", "payload/ may import"],
  ["shared/items/planted.ts", "../readers/read-items.ts", "items/ may import"],
  ["shared/readers/planted.ts", "../hu01/decode-block.ts", "readers/ may import"],
  ["shared/readers/planted.ts", "../writers/write-item.ts", "readers/ may import"],
  ["shared/readers/sync-xml/planted.ts", "../../hu01/decode-block.ts", "readers/ may import"],
  ["shared/readers/sync-xml/planted.ts", "../../writers/write-item.ts", "readers/ may import"],
  ["shared/writers/planted.ts", "../readers/read-items.ts", "writers/ may import"],
  ["shared/writers/packs/planted.ts", "../../readers/read-items.ts", "writers/ may import"],
  ["shared/report/planted.ts", "../hu01/decode-block.ts", "report/ may import"],
  ["functions/convert/planted.ts", "../api/app.ts", "convert/ may import"],
  ["functions/convert/planted.ts", "../stores/sqlite-job-store.ts", "convert/ may import"],
  ["functions/convert/packs/planted.ts", "../../stores/sqlite-job-store.ts", "convert/ may import"],
  ["functions/convert/planted.ts", "../aws/home.ts", "convert/ may import"],
  ["functions/api/planted.ts", "../convert/handler.ts", "api/ may import"],
  ["functions/api/planted.ts", "../aws/home.ts", "api/ may import"],
  ["functions/api/jobs/planted.ts", "../../stores/sqlite-job-store.ts", "api/ may import"],
  ["functions/sweep/planted.ts", "../stores/sqlite-job-store.ts", "sweep/ may import"],
  ["functions/backfill/planted.ts", "../convert/handler.ts", "backfill/ may import"],
  ["functions/stores/planted.ts", "../api/app.ts", "A store may import"],
  ["functions/stores/planted.ts", "@aws-sdk/client-sqs", "A store may import"],
  ["functions/stores/planted.ts", "hono", "A store may import"],
  ["functions/stores/directory-planted.ts", "@aws-sdk/client-s3", "A store on this machine"],
  ["functions/stores/directory-planted.ts", "../api/app.ts", "A store on this machine"],
  ["functions/stores/s3-planted.ts", "@aws-sdk/client-dynamodb", "The S3 store may import"],
  ["functions/stores/s3-planted.ts", "node:fs/promises", "The S3 store may import"],
  ["functions/stores/s3-planted.ts", "../../shared/convert-archive.ts", "The S3 store may import"],
  ["functions/stores/dynamo-planted.ts", "@aws-sdk/client-s3", "The DynamoDB store may import"],
  ["functions/stores/dynamo-planted.ts", "node:sqlite", "The DynamoDB store may import"],
  ["functions/stores/jobs-table-schema.ts", "@aws-sdk/client-dynamodb", "may import no driver"],
  ["functions/decoder-pool/planted.ts", "../stores/sqlite-job-store.ts", "decoder-pool/ may import"],
  ["functions/decoder-pool/planted.ts", "../../shared/convert-archive.ts", "decoder-pool/ may import"],
  ["infra/planted.ts", "../functions/log.ts", "names functions by path"],
  ["infra/planted.ts", "../shared/errors.ts", "infra/ may import"],
  ["infra/planted.ts", "node:fs", "infra/ may import"],
  ["infra/planted.ts", "zod", "infra/ may import"],
  ["infra/planted.ts", "cdk-nag", "infra/ may import"],
] as const;

/** One violation for each other rule. */
const HABITS = [
  ["functions/planted.ts", "export default 1;\n", "noDefaultExport"],
  ["functions/planted.ts", "export * from './log.ts';\n", "noReExportAll"],
  ["functions/planted.ts", "export enum Planted { A }\n", "noEnum"],
  ["functions/planted.ts", "export const planted = process.env.HOME;\n", "noProcessEnv"],
  ["functions/planted.ts", "console.log(1);\n", "noConsole"],
  ["functions/planted.ts", "export const planted: any = 1;\n", "noExplicitAny"],
  ["functions/plantedFile.ts", "export const planted = 1;\n", "useFilenamingConvention"],
  ["functions/planted.ts", uses("left-pad"), "noUndeclaredDependencies"],
  ["functions/planted.ts", "export const planted = 1;\n".repeat(260), "noExcessiveLinesPerFile"],
] as const;

describe("the linter", () => {
  it("finds nothing wrong in a file that is right", () => {
    expect(plant("functions/planted.ts", uses("./log.ts"), "biome")).toContain("Checked 1 file");
    expect(plant("functions/planted.ts", uses("./log.ts"), "biome")).not.toContain("lint/");
  });

  it.each(WALLS)("stops %s from importing %s", (path, specifier, sentence) => {
    expect(plant(path, uses(specifier), "biome")).toContain(sentence);
  });

  it.each(HABITS)("in %s stops %j by %s", (path, content, rule) => {
    expect(plant(path, content, "biome")).toContain(rule);
  });
});

describe("the linter, across files", () => {
  it("stops import cycles", () => {
    const other = join(copy, "functions/planted-too.ts");
    writeFileSync(other, uses("./planted.ts"));
    expect(plant("functions/planted.ts", uses("./planted-too.ts"), "biome")).toContain("noImportCycles");
    rmSync(other);
  });
});

describe("shared/tsconfig.json", () => {
  it("does not know Node.js or the browser", () => {
    const printed = plant("shared/planted.ts", "export const planted = [Buffer.from([1]), process, fetch];\n", "tsc");
    for (const name of ["Buffer", "process", "fetch"]) expect(printed).toContain(name);
  });
});

describe("README.md", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");

  it("explains every code and every warning as the code does", () => {
    const rows = [
      ...Object.entries(ERRORS).map(([code, facts]) => errorRow(code, facts)),
      ...Object.entries(WARNINGS).map(([code, meaning]) => warningRow(code, meaning)),
    ];
    expect(rows.filter((row) => !readme.includes(row))).toEqual([]);
  });
});
