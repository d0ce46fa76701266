import { peekSource } from "../../../shared/bytes/peek-source.ts";
import { ARCHIVE_PREFIX_BYTES, isArchive } from "../../../shared/hu01/decode-archive.ts";
import type { FileHeader } from "../../../shared/hu01/file-header.ts";
import { decodeSettledArchive, type SettledEvent } from "../../../shared/hu01/settle-gaps.ts";
import { DEFAULT_LIMITS } from "../../../shared/limits.ts";
import { rootSource } from "../../../shared/open-members.ts";
import { type CarrierKind, carrierKindOf } from "../../../shared/payload/carrier-kind.ts";
import { openArchiveFile } from "../archive-file.ts";
import { EXIT_DAMAGED, EXIT_OK, type ExitCode } from "../exit-code.ts";
import { Recovery } from "../recovery.ts";
import { type Terminal, writeTo } from "../terminal.ts";
import { describeThing, inspectCarrier } from "./inspect-carrier.ts";

export interface InspectCommandOptions {
  /** One JSON object per line instead of text. */
  readonly json: boolean;
  /** Show the mailbox owner's id, which is personal. */
  readonly showPuid: boolean;
  readonly carve: boolean;
}

/** What `inspect` tells: everything that decoding tells but the bytes themselves. */
type Finding = Exclude<SettledEvent, { kind: "bytes" }>;

/**
 * `hu01 inspect`: every stream, block, gap and foreign byte of one archive, in order; of a file that carries others
 * (a ZIP, a log) what is in it.
 *
 * @throws LocalError, StoreError, CodecError: the file is no archive, or nothing of it is left
 */
export async function inspectCommand(
  path: string,
  options: InspectCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const file = openArchiveFile(path);
  const { prefix, source: bytes } = await peekSource(file.bytes, DEFAULT_LIMITS.maxSniffBytes);
  const archive = { bytes, reopen: file.reopen };
  const isStreams = options.carve || isArchive(prefix.subarray(0, ARCHIVE_PREFIX_BYTES), DEFAULT_LIMITS);
  const carrier = isStreams ? null : carrierKindOf(prefix);
  if (carrier !== null) return await listCarrier(carrier, { ...archive, size: await file.size() }, options, terminal);
  const recovery = new Recovery();
  const decoding = { limits: DEFAULT_LIMITS, carve: options.carve };
  for await (const event of decodeSettledArchive(archive, decoding)) {
    recovery.add(event);
    if (event.kind === "bytes") continue;
    await writeTo(terminal.stdout, `${options.json ? toJson(event, options) : toText(event, options)}\n`);
  }
  return recovery.isWholeAtEnd() ? EXIT_OK : EXIT_DAMAGED;
}

async function listCarrier(
  carrier: CarrierKind,
  archive: Parameters<typeof rootSource>[0],
  { json }: InspectCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  let isWhole = true;
  if (!json) await writeTo(terminal.stdout, `${carrier} that carries:\n`);
  for await (const thing of inspectCarrier(carrier, rootSource(archive, DEFAULT_LIMITS))) {
    isWhole &&= thing.problem === null;
    await writeTo(terminal.stdout, `${json ? JSON.stringify(thing) : describeThing(thing)}\n`);
  }
  return isWhole ? EXIT_OK : EXIT_DAMAGED;
}

function toJson(finding: Finding, options: InspectCommandOptions): string {
  if (finding.kind !== "stream-start" || finding.header === null) return JSON.stringify(finding);
  const { puid, ...header } = finding.header;
  return JSON.stringify({ ...finding, header: { ...header, ...(options.showPuid ? { puid: formatPuid(puid) } : {}) } });
}

function toText(finding: Finding, options: InspectCommandOptions): string {
  switch (finding.kind) {
    case "stream-start":
      return `stream ${finding.index} at ${finding.archiveOffset}: ${describeHeader(finding.header, options)}`;
    case "block": {
      const { compressedBytes, crc } = finding.header;
      const form = finding.stored ? "stored" : "coded";
      const proof = finding.verified ? "CRC ok" : "no CRC";
      const repair = finding.repaired ? ", header rebuilt" : "";
      const sizes = `${compressedBytes} -> ${finding.decompressedBytes} bytes`;
      return `  block ${finding.index} at ${finding.archiveOffset}: ${form}, ${sizes}, ${proof} ${hex(crc, 8)}${repair}`;
    }
    case "gap": {
      const size = `${finding.exact ? "" : "about "}${finding.missingBytes} bytes missing`;
      const place = `${finding.archiveLength} bytes at ${finding.archiveOffset}`;
      return `  GAP ${place}: ${size} at output offset ${finding.outputOffset} (${finding.code})`;
    }
    case "foreign":
      return `foreign: ${finding.length} bytes at ${finding.archiveOffset} belong to no stream`;
    case "stream-end": {
      const { declaredBytes, decodedBytes, missingBytes, excessBytes } = finding;
      const excess = excessBytes === 0 ? "" : `, ${excessBytes} too many`;
      return `  announced ${declaredBytes} bytes, decoded ${decodedBytes}, missing ${missingBytes}${excess}`;
    }
  }
}

function describeHeader(header: FileHeader | null, { showPuid }: InspectCommandOptions): string {
  if (header === null) return "header lost";
  const puid = showPuid ? `, PUID ${formatPuid(header.puid)}` : "";
  return `header ${header.headerBytes} bytes, item ${header.itemId}, ${header.declaredBytes} bytes announced${puid}`;
}

function formatPuid(puid: bigint): string {
  return puid.toString(16).padStart(16, "0");
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
