import type { ErrorCode } from "../errors.ts";
import { JobError } from "../errors.ts";
import type { Item } from "../items/item.ts";
import type {
  BlockCounts,
  CarrierEnded,
  MemberEnded,
  Outcome,
  PackReceipt,
  Receipt,
  StreamFacts,
} from "../items/outcome.ts";
import type { WarningCode } from "../items/warning.ts";
import type { ConvertOptions } from "../options.ts";
import { checkSize, isPartial } from "./check-size.ts";
import { FileSums } from "./file-sums.ts";
import { manifestLines, packLine } from "./manifest-line.ts";

/** Streams told one by one in the report; all of them are in the manifest. Keeps the report small for a ZIP of mails. */
const MAX_LISTED_STREAMS = 1_000;

/** The source as the store gave it. */
export interface SourceFacts {
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** What report.json holds. Without any clock value: the same input and options give the same bytes. */
export interface ReportDocument {
  readonly tool: { readonly name: "hu01"; readonly version: string };
  readonly options: ConvertOptions;
  readonly source: SourceFacts;
  readonly archive: { readonly streams: number; readonly streamBytes: number; readonly foreignBytes: number };
  /** Files that hold others: how many, their own bytes, and their members with the bytes these had. */
  readonly carriers: CarrierSums;
  readonly bytes: Sizes;
  readonly blocks: BlockCounts;
  readonly items: {
    readonly seen: number;
    readonly written: number;
    readonly duplicates: number;
    readonly skipped: number;
    readonly partial: number;
    readonly byKind: Readonly<Record<Item["kind"], number>>;
  };
  /** Items that the server had deleted; they are no items of the job. */
  readonly deleted: number;
  readonly files: Readonly<FileSums["files"]>;
  readonly packs: Readonly<FileSums["packs"]>;
  readonly gaps: number;
  /** Pairs that agree, or there is no report: what was announced or seen, and what became of it. */
  readonly reconciliation: Readonly<
    Record<
      "items" | "bytes" | "archive" | "members" | keyof FileSums["sums"],
      readonly [given: number, accounted: number]
    >
  >;
  readonly skips: Readonly<Partial<Record<ErrorCode, number>>>;
  readonly warnings: Readonly<Partial<Record<WarningCode, number>>>;
  /** Facts of the first streams; `manifest.jsonl` has all of them. */
  readonly streams: readonly StreamFacts[];
}

interface CarrierSums {
  readonly count: number;
  readonly framingBytes: number;
  readonly carriedBytes: number;
  readonly members: number;
  readonly memberBytes: number;
}

type Sizes = Pick<StreamFacts, "declaredBytes" | "decodedBytes" | "missingBytes" | "excessBytes">;

/** Turns outcomes into manifest lines and, at the end, into the report whose sums must agree. */
export class JobReport {
  readonly #facts: { readonly toolVersion: string; readonly options: ConvertOptions };
  readonly #items = { seen: 0, written: 0, duplicates: 0, skipped: 0, partial: 0 };
  readonly #byKind: Record<Item["kind"], number> = { mail: 0, calendar: 0, contact: 0, raw: 0 };
  readonly #files = new FileSums();
  readonly #archive = { streams: 0, streamBytes: 0, foreignBytes: 0 };
  readonly #carriers = { count: 0, framingBytes: 0, carriedBytes: 0, members: 0, memberBytes: 0 };
  /** Bytes accounted for, of the archive itself and of all members of carriers. */
  readonly #accounted = { archive: 0, members: 0 };
  readonly #bytes = { declaredBytes: 0, decodedBytes: 0, missingBytes: 0, excessBytes: 0 };
  readonly #blocks = { total: 0, coded: 0, stored: 0, damaged: 0, repaired: 0, unverified: 0 };
  readonly #skips = new Map<ErrorCode, number>();
  readonly #warnings = new Map<WarningCode, number>();
  readonly #streams: StreamFacts[] = [];
  #gaps = 0;
  #deleted = 0;
  #unproven = 0;

  constructor(facts: { readonly toolVersion: string; readonly options: ConvertOptions }) {
    this.#facts = facts;
  }

  /** Counts an outcome. @returns its lines of manifest.jsonl, without line ends */
  add(outcome: Outcome, receipts: readonly Receipt[]): readonly string[] {
    this.#count(outcome);
    if (outcome.outcome === "written") checkSize(outcome.item, receipts);
    for (const receipt of receipts) this.#files.addFile(receipt);
    return manifestLines(outcome, receipts).map((line) => JSON.stringify(line));
  }

  /** Counts a pack. @returns its line of manifest.jsonl, without line end */
  addPack(pack: PackReceipt): string {
    this.#files.addPack(pack);
    return JSON.stringify(packLine(pack));
  }

  /** True when anything was lost, skipped or damaged so far. */
  get hasErrors(): boolean {
    return this.#gaps + this.#items.skipped + this.#unproven > 0 || this.#bytes.excessBytes > 0;
  }

  /** Items so far, by kind. */
  get counts(): Readonly<Record<Item["kind"] | "duplicates" | "skipped", number>> {
    return { ...this.#byKind, duplicates: this.#items.duplicates, skipped: this.#items.skipped };
  }

  /** The report of the whole job. @throws JobError jobs/sums-disagree */
  finish(source: SourceFacts): ReportDocument {
    const reconciliation = this.#reconcile(source);
    return {
      tool: { name: "hu01", version: this.#facts.toolVersion },
      options: this.#facts.options,
      source: { size: source.size, sha256: source.sha256 },
      archive: this.#archive,
      carriers: this.#carriers,
      bytes: this.#bytes,
      blocks: this.#blocks,
      items: { ...this.#items, byKind: this.#byKind },
      deleted: this.#deleted,
      files: this.#files.files,
      packs: this.#files.packs,
      gaps: this.#gaps,
      reconciliation,
      skips: sorted(this.#skips),
      warnings: sorted(this.#warnings),
      streams: this.#streams,
    };
  }

  #count(outcome: Outcome): void {
    if (outcome.outcome === "gap") this.#gaps++;
    else if (outcome.outcome === "stream") {
      this.#countStream(outcome.stream);
      this.#account(outcome, outcome.stream.archiveLength);
    } else if (outcome.outcome === "member") this.#countMember(outcome);
    else if (outcome.outcome === "carrier") this.#countCarrier(outcome);
    else if (outcome.outcome === "deleted") this.#deleted++;
    else if (outcome.outcome === "foreign") {
      // What stands inside a stream is counted with the stream.
      if (outcome.stream === null) {
        this.#archive.foreignBytes += outcome.length;
        this.#account(outcome, outcome.length);
      }
      this.#unproven += outcome.unproven;
      add(this.#warnings, outcome.unproven > 0 ? "block-unproven" : "foreign-bytes");
    } else if (outcome.outcome === "document") {
      for (const { merged } of outcome.files)
        for (const warning of merged?.warnings ?? []) add(this.#warnings, warning);
    } else if (outcome.outcome !== "milestone") {
      this.#items.seen++;
      if (outcome.outcome === "duplicate") this.#items.duplicates++;
      else if (outcome.outcome === "skipped") {
        this.#items.skipped++;
        add(this.#skips, outcome.code);
      } else this.#countItem(outcome.item);
    }
  }

  /** What stands in a member is no byte of the archive by itself: its carrier is. */
  #account({ member }: Outcome, bytes: number): void {
    this.#accounted[member === undefined ? "archive" : "members"] += bytes;
  }

  #countMember({ memberBytes, plainBytes, unreadBytes }: MemberEnded): void {
    this.#carriers.memberBytes += memberBytes;
    this.#accounted.members += plainBytes + unreadBytes;
  }

  #countCarrier(carrier: CarrierEnded): void {
    const { members, framingBytes, carriedBytes } = carrier;
    this.#carriers.count++;
    this.#carriers.members += members;
    this.#carriers.framingBytes += framingBytes;
    this.#carriers.carriedBytes += carriedBytes;
    this.#account(carrier, framingBytes + carriedBytes);
  }

  #countItem(item: Item): void {
    this.#items.written++;
    this.#byKind[item.kind]++;
    if ((item.kind === "mail" || item.kind === "raw") && isPartial(item)) this.#items.partial++;
    for (const warning of item.warnings) add(this.#warnings, warning);
  }

  #countStream(stream: StreamFacts): void {
    this.#archive.streams++;
    this.#archive.streamBytes += stream.archiveLength;
    for (const key of ["declaredBytes", "decodedBytes", "missingBytes", "excessBytes"] as const) {
      this.#bytes[key] += stream[key];
    }
    for (const key of ["total", "coded", "stored", "damaged", "repaired", "unverified"] as const) {
      this.#blocks[key] += stream.blocks[key];
    }
    if (stream.blocks.repaired > 0) add(this.#warnings, "block-repaired");
    if (stream.blocks.unverified > 0) add(this.#warnings, "checksum-absent");
    if (this.#streams.length < MAX_LISTED_STREAMS) this.#streams.push(stream);
  }

  /** Every item is accounted for, every announced byte, and every byte of the archive and of what it carries. */
  #reconcile(source: SourceFacts): ReportDocument["reconciliation"] {
    const { seen, written, duplicates, skipped } = this.#items;
    const { declaredBytes, decodedBytes, missingBytes, excessBytes } = this.#bytes;
    const { archive, members } = this.#accounted;
    const sums = {
      items: [seen, written + duplicates + skipped],
      bytes: [declaredBytes + excessBytes, decodedBytes + missingBytes],
      // Input that was never compressed has nothing to sum up.
      archive: [source.size, archive > 0 ? archive : source.size],
      members: [this.#carriers.memberBytes, members],
      ...this.#files.sums,
    } as const;
    for (const [sum, [given, accounted]] of Object.entries(sums)) {
      if (given !== accounted)
        throw new JobError("jobs/sums-disagree", undefined, { details: { sum, given, accounted } });
    }
    return sums;
  }
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted<Key extends string>(counts: ReadonlyMap<Key, number>): Readonly<Partial<Record<Key, number>>> {
  const entries = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries) as Partial<Record<Key, number>>;
}
