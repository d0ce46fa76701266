#!/usr/bin/env node
import { runCommandLine } from "./command-line.ts";
import { EXIT_OK } from "./exit-code.ts";
import { keepMemorySmall } from "./small-memory.ts";

keepMemorySmall();

// `hu01 decode … | head`: the reader has seen enough, which is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT_OK);
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), process);
