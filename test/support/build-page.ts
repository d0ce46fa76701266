import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPageScript } from "./page-script.ts";

/** Puts the script of the pages into the module that the service sends it from: npm run build:page */
writeFileSync(join(import.meta.dirname, "../../functions/api/page/page-script.ts"), await buildPageScript());
