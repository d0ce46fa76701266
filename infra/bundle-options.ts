/** Everything that goes into the code of one function. Paths are relative to the project. */
export interface FunctionBundle {
  /** The module that exports `handler`; it becomes `index.mjs`. */
  readonly entry: string;
  /** Programs of threads: file beside `index.mjs` → the module that it is made of. */
  readonly threads: Readonly<Record<string, string>>;
}

export const FUNCTION_NAMES = ["convert", "api", "sweep", "backfill", "webhooks"] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The functions of the stack, by the room that they live in. */
export const FUNCTION_BUNDLES: Readonly<Record<FunctionName, FunctionBundle>> = {
  convert: {
    entry: "functions/convert/lambda.ts",
    threads: { "decoder-worker.mjs": "functions/decoder-pool/decoder-worker.ts" },
  },
  api: { entry: "functions/api/lambda.ts", threads: {} },
  sweep: { entry: "functions/sweep/lambda.ts", threads: {} },
  backfill: { entry: "functions/backfill/lambda.ts", threads: {} },
  webhooks: { entry: "functions/webhooks/lambda.ts", threads: {} },
};

/**
 * How each of these files is built, as esbuild's own options, so that `cdk deploy`, the tests and the benchmark build
 * the very same bytes.
 *
 * Nothing is external. The AWS SDK of the bundle is the one that the tests ran with, not the one that the runtime
 * happens to bring, and it starts sooner. Measured with all clients of the converter on Node.js 24: 143 ms of processor
 * time for the import and 351 kB to load (gzip), against 167 ms with the SDK as a package beside it.
 */
export const BUNDLE_OPTIONS: BundleOptions = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  mainFields: ["module", "main"],
  minify: true,
  keepNames: true,
  sourcemap: false,
  charset: "utf8",
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
};

/** The part of esbuild's BuildOptions that is used. */
interface BundleOptions {
  readonly bundle: true;
  readonly platform: "node";
  readonly format: "esm";
  readonly target: string;
  /** ES modules first: only they can be shaken (1.1 MB instead of 1.5 MB). */
  readonly mainFields: string[];
  readonly minify: boolean;
  /** The names of error classes go into the log. Costs 6 %. */
  readonly keepNames: boolean;
  readonly sourcemap: boolean;
  readonly charset: "utf8";
  /** Some libraries are CommonJS and ask for Node's modules through `require`. */
  readonly banner: { readonly js: string };
}
