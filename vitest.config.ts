import { defineConfig } from "vitest/config";

/** Where to put the counts as JSON, for a machine that reads them. */
const summary = process.env.TEST_SUMMARY;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/property-seed.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    reporters: summary ? ["default", "json"] : ["default"],
    ...(summary ? { outputFile: { json: summary } } : {}),
    coverage: { provider: "v8", include: ["shared/**", "functions/**"], reporter: ["text-summary"] },
  },
});
