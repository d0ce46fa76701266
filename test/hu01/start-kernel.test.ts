import { expect, it } from "vitest";
import { startKernel } from "../../shared/hu01/start-kernel.ts";

/** A module with one function, whose body is one instruction and the end. */
function moduleOf(instruction: number): string {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const types = [1, 4, 1, 0x60, 0, 0];
  const functions = [3, 2, 1, 0];
  const code = [10, 5, 1, 3, 0, instruction, 0x0b];
  return Buffer.from([...header, ...types, ...functions, ...code]).toString("base64");
}

it("starts nothing that needs instructions which this machine's WebAssembly does not have", () => {
  const [nop, unassigned] = [0x01, 0x27];
  expect(startKernel(moduleOf(nop))).not.toBeNull();
  expect(startKernel(moduleOf(unassigned))).toBeNull();
});
