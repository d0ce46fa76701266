#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { runCommandLine } from "./command-line.ts";
import { EXIT_OK } from "./exit-code.ts";

// Decoded blocks lie outside the heap and die young, so a large nursery only holds on to them. Measured on 1 GiB:
// 210 MB resident instead of 255, and no slower.
setFlagsFromString("--semi-space-growth-factor=1");

// `hu01 decode … | head`: the reader has seen enough, which is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT_OK);
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), process);
