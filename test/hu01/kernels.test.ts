import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { buildKernel, KERNELS } from "../support/build-kernel.ts";

it.each(KERNELS)("$constant is what its sources give", { timeout: 120_000 }, async (kernel) => {
  expect(await buildKernel(kernel)).toBe(readFileSync(kernel.binaryPath, "utf8"));
});
