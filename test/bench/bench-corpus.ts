import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { createRandom, makeMessage, makeRandomBytes } from "../support/synthetic-mail.ts";

/*
 * What the benchmark runs on. Sentences put together at random compress like nothing that people write, so bodies
 * are real prose: the README files of the installed packages, in path order. Attachments are base64 of real bytes:
 * stretches of the running Node.js binary. Everything else follows from seeds.
 */

const MIB = 1024 ** 2;
const SMALL_MESSAGES = 256;
const ROOT = dirname(dirname(import.meta.dirname));

/** Files by kind; each file becomes an archive of its own. */
export interface Corpora {
  /** Files of 1 MiB, message after message: text, HTML and attachments in about equal parts. */
  readonly mail: readonly Uint8Array[];
  /** Single messages of 3 to 30 KB. */
  readonly small: readonly Uint8Array[];
  /** Files of 1 MiB in which nothing repeats. */
  readonly incompressible: readonly Uint8Array[];
}

/** @param mib size of `mail` and of `incompressible`, in MiB */
export function makeCorpora(mib: number): Corpora {
  const nextMessage = createMessageMaker();
  const mail = Array.from({ length: mib }, () => fillFile(nextMessage));
  const small = Array.from({ length: SMALL_MESSAGES }, (_, index) =>
    nextMessage(3000 + Math.floor((index * 27_000) / SMALL_MESSAGES), false),
  );
  const incompressible = Array.from({ length: mib }, (_, index) => makeRandomBytes(index, MIB));
  return { mail, small, incompressible };
}

type MessageMaker = (maxBytes: number, withAttachment: boolean) => Uint8Array;

function fillFile(nextMessage: MessageMaker): Uint8Array {
  const messages: Uint8Array[] = [];
  for (let made = 0; made < MIB; made += messages.at(-1)?.length ?? 0) {
    messages.push(nextMessage(MIB, messages.length % 3 === 2));
  }
  return concatBytes(messages).slice(0, MIB);
}

function createMessageMaker(): MessageMaker {
  const prose = readProse();
  const random = createRandom(1);
  let seed = 0;
  let position = 0;
  return (maxBytes, withAttachment) => {
    seed++;
    const textBytes = 800 + random(withAttachment ? 3000 : 12_000);
    if (position + textBytes > prose.length) position = 0;
    const text = prose.slice(position, position + textBytes);
    position += textBytes;
    const attachment = withAttachment ? { attachment: readRealBytes(seed, 2000 + random(20_000)) } : {};
    const message = makeMessage({ seed, text, html: seed % 2 === 0, ...attachment });
    return message.subarray(0, maxBytes);
  };
}

/** README files and the like of the packages that package-lock.json names, joined, with CRLF. */
function readProse(): string {
  const packages = join(ROOT, "node_modules");
  const names = readdirSync(packages, { recursive: true, encoding: "utf8" })
    .filter((name) => /(readme|guide|history|changelog)[^/]*\.md$/i.test(name))
    .sort();
  const texts = names.map((name) => readFileSync(join(packages, name), "utf8"));
  return texts.join("\n\n").replaceAll(/\r?\n/g, "\r\n");
}

function readRealBytes(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const file = openSync(process.execPath, "r");
  readSync(file, bytes, 0, length, 20 * MIB + (seed % 32) * MIB);
  closeSync(file);
  return bytes;
}
