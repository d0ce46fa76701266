import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const essay = readFileSync(join(root, "shared/mapping/MAPPING.md"), "utf8");
const sections = new Set(
  [...essay.matchAll(/^(?:## (\d+)\.|\*\*(\d+\.\d+) )/gm)].map(([, chapter, section]) => chapter ?? section),
);

/** Every source file, as text with its comments on one line each. */
const sources = ["shared", "functions", "test"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(join(root, folder, path), "utf8").replace(/\n\s*\* /g, " ")),
);

it("sections that comments cite exist", () => {
  const cited = sources.flatMap((text) =>
    [...text.matchAll(/MAPPING\.md (\d+(?:\.\d+)?)(?: (?:and|to) (\d+(?:\.\d+)?))?/g)].flatMap(([, from, to]) =>
      to === undefined ? [from] : [from, to],
    ),
  );
  expect(cited.length).toBeGreaterThan(40);
  expect(cited.filter((section) => !sections.has(section))).toEqual([]);
});

it("files that the essay names exist", () => {
  const named = [...essay.matchAll(/`([a-z-]+\.ts)`/g)].map(([, name]) => name ?? "");
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !existsSync(join(root, "shared/mapping", name)))).toEqual([]);
});
