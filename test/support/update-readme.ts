import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ERRORS } from "../../shared/errors.ts";
import { WARNINGS } from "../../shared/items/warning.ts";
import { errorRow, warningRow } from "./readme-tables.ts";

/** Writes the tables of codes into the README: node test/support/update-readme.ts */
const path = join(import.meta.dirname, "../../README.md");
const errors = Object.entries(ERRORS).map(([code, facts]) => errorRow(code, facts));
const warnings = Object.entries(WARNINGS).map(([code, meaning]) => warningRow(code, meaning));
let readme = readFileSync(path, "utf8");
readme = fill(readme, "errors", [
  "| code | meaning | ends the job | retry helps | what to do |",
  "|---|---|---|---|---|",
  ...errors,
]);
readme = fill(readme, "warnings", ["| code | meaning |", "|---|---|", ...warnings]);
writeFileSync(path, readme);

function fill(text: string, marker: string, rows: readonly string[]): string {
  const [start, end] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`];
  const from = text.indexOf(start) + start.length;
  return `${text.slice(0, from)}\n${rows.join("\n")}\n${text.slice(text.indexOf(end))}`;
}
