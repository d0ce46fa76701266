import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { makeCorpora } from "./bench-corpus.ts";
import { benchDecode } from "./bench-decode.ts";
import { benchEncode, compareWithOriginal } from "./bench-encode.ts";
import { benchStreams } from "./bench-stream.ts";
import { printTables } from "./print-tables.ts";

/*
 *   npm run bench                    a table
 *   npm run bench -- --json          one JSON object instead
 *   npm run bench -- --rounds 21     more rounds, for steadier medians
 *
 * With HU01_CORPUS set to a folder of captures, also how the output compares with the original encoder's.
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "9" },
    mib: { type: "string", default: "4" },
  },
});
const rounds = Number(values.rounds);
const { mail, small, incompressible } = makeCorpora(Number(values.mib));

const results = {
  machine: `${cpus()[0]?.model.trim()} × ${cpus().length}, Node.js ${process.versions.node}`,
  decode: {
    mail: await benchDecode(mail, rounds),
    small: await benchDecode(small, rounds),
    incompressible: await benchDecode(incompressible, rounds),
  },
  ...(await benchStreams(mail, 16, rounds)),
  encode: await benchEncode(mail, rounds),
  corpusVsOriginal: await compareWithOriginal(process.env.HU01_CORPUS),
};

/** What `--json` prints, and what the chart is drawn from. */
export type BenchResults = typeof results;

process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : printTables(results));
