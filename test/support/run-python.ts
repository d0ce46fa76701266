import { execFileSync } from "node:child_process";

/**
 * Runs a Python 3 program, whose library is an independent reader of packs, and returns what it prints as JSON. Python
 * has to be there: without it a test fails rather than proves nothing.
 */
export function runPython(program: string, ...args: readonly string[]): unknown {
  const printed = execFileSync("python3", ["-c", program, ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });
  return JSON.parse(printed);
}
