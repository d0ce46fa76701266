/**
 * Makes welcome.hu01: a made-up message with an invitation and a business card.
 *
 *     node functions/local/sample/make-sample.ts
 */
import { fileURLToPath } from "node:url";
import { encodeArchive } from "../../../shared/hu01/encode-archive.ts";
import { writeWholeFile } from "../write-whole-file.ts";
import { SAMPLE_MESSAGE } from "./sample-message.ts";

const plain = new TextEncoder().encode(SAMPLE_MESSAGE);
await writeWholeFile(fileURLToPath(new URL("./welcome.hu01", import.meta.url)), async (write) => {
  const itemId = "c0ffee00-1234-4abc-8def-0123456789ab";
  for await (const chunk of encodeArchive([plain], { itemId })) await write(chunk);
});
