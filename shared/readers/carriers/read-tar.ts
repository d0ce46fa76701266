import type { ErrorCode } from "../../errors.ts";
import { parseTarHeader, TAR_RECORD_BYTES, type TarHeader, tarText } from "../../payload/tar-header.ts";
import type { Member, SkippedMember } from "./carrier.ts";
import type { CarrierInput } from "./carrier-input.ts";

const PIECE_BYTES = 65_536;
const MAX_EXTENSION_BYTES = 1024 ** 2;
const FILE_TYPES = new Set(["0", "7"]);
const EXTENSION_TYPES = new Set(["x", "g", "L", "K"]);

/** What an extension says of the entry behind it. */
type Extension = Partial<Pick<TarHeader, "name" | "size">>;

/**
 * Reads a tar file (ustar, pax, GNU): its regular files, by their long names where they have such. Folders, links and
 * devices hold nothing. Behind a header that is no header, the next one is looked for at the following records.
 */
export async function* readTar(input: CarrierInput): AsyncGenerator<Member | SkippedMember> {
  let extension: Extension = {};
  let isLost = false;
  let name = "tar";
  for (;;) {
    const record = await input.peek(TAR_RECORD_BYTES);
    if (record.length === 0) return;
    const header = parseTarHeader(record);
    const isEmpty = record.every((byte) => byte === 0);
    input.passFraming(record.length);
    if (header === null) {
      if (!isLost && !isEmpty) yield { kind: "skip", name: `after ${name}`, code: "readers/carrier-damaged" };
      isLost ||= !isEmpty;
      continue;
    }
    isLost = false;
    if (EXTENSION_TYPES.has(header.type)) {
      extension = { ...extension, ...(await readExtension(input, header)) };
      continue;
    }
    const entry = { ...header, ...extension };
    extension = {};
    ({ name } = entry);
    if (FILE_TYPES.has(entry.type)) yield* readEntry(input, entry);
    await passPadding(input, FILE_TYPES.has(entry.type) ? entry.size : 0);
  }
}

async function* readEntry(input: CarrierInput, { name, size }: TarHeader): AsyncGenerator<Member> {
  let problem: ErrorCode | null = null;
  async function* content(): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0; ) {
      const piece = (await input.peek(Math.min(left, PIECE_BYTES))).slice();
      if (piece.length === 0) {
        problem = "readers/carrier-damaged";
        return;
      }
      input.passCarried(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
  yield { kind: "member", name, bytes: content(), problem: () => problem };
}

async function passPadding(input: CarrierInput, size: number): Promise<void> {
  const padding = (TAR_RECORD_BYTES - (size % TAR_RECORD_BYTES)) % TAR_RECORD_BYTES;
  input.passFraming((await input.peek(padding)).length);
}

/** Reads what an extension says; one that is absurdly long says nothing. */
async function readExtension(input: CarrierInput, { type, size }: TarHeader): Promise<Extension> {
  const length = size + ((TAR_RECORD_BYTES - (size % TAR_RECORD_BYTES)) % TAR_RECORD_BYTES);
  if (length > MAX_EXTENSION_BYTES) return {};
  const window = await input.peek(length);
  const bytes = window.slice(0, size);
  input.passFraming(window.length);
  if (type === "L") return { name: tarText(bytes) };
  return type === "x" ? paxFields(bytes) : {};
}

/** `LENGTH NAME=VALUE\n` records (POSIX pax): of them the name and the size. */
function paxFields(bytes: Uint8Array): Extension {
  const text = new TextDecoder().decode(bytes);
  const path = /^\d+ path=(.*)$/m.exec(text)?.[1];
  const size = /^\d+ size=(\d{1,15})$/m.exec(text)?.[1];
  return { ...(path === undefined ? {} : { name: path }), ...(size === undefined ? {} : { size: Number(size) }) };
}
