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
import { noSums, type ReportSums, reportSumsSchema } from "./report-sums.ts";

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
  /** Only of a job that was to write some of the items: how many. All that follows about items is about these. */
  readonly only?: { readonly items: number };
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

/** What a report is about. */
export interface ReportFacts {
  readonly toolVersion: string;
  readonly options: ConvertOptions;
  /** Ordinals of the items that are told; null for all. */
  readonly only?: readonly number[] | null;
}

/** Turns outcomes into manifest lines and, at the end, into the report whose sums must agree. */
export class JobReport {
  readonly #facts: ReportFacts;
  readonly #sums: ReportSums;
  readonly #files: FileSums;

  /** @param sums what an earlier run has counted; it is left as it is */
  constructor(facts: ReportFacts, sums: ReportSums = noSums()) {
    this.#facts = facts;
    this.#sums = reportSumsSchema.parse(sums);
    this.#files = new FileSums(this.#sums.files);
  }

  /** A copy of all that was counted. */
  snapshot(): ReportSums {
    return reportSumsSchema.parse(this.#sums);
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
    return this.#sums.gaps + this.#sums.items.skipped + this.#sums.unproven > 0 || this.#sums.bytes.excessBytes > 0;
  }

  /** Items so far, by kind. */
  get counts(): Readonly<Record<Item["kind"] | "duplicates" | "skipped", number>> {
    return { ...this.#sums.byKind, duplicates: this.#sums.items.duplicates, skipped: this.#sums.items.skipped };
  }

  /** The report of the whole job. @throws JobError jobs/sums-disagree */
  finish(source: SourceFacts): ReportDocument {
    const reconciliation = this.#reconcile(source);
    const { archive, carriers, bytes, blocks, items, byKind, deleted, gaps, skips, warnings, streams } = this.#sums;
    return {
      tool: { name: "hu01", version: this.#facts.toolVersion },
      options: this.#facts.options,
      source: { size: source.size, sha256: source.sha256 },
      ...(this.#facts.only ? { only: { items: this.#facts.only.length } } : {}),
      archive,
      carriers,
      bytes,
      blocks,
      items: { ...items, byKind },
      deleted,
      files: this.#files.files,
      packs: this.#files.packs,
      gaps,
      reconciliation,
      skips: sorted(skips),
      warnings: sorted(warnings),
      streams,
    };
  }

  #count(outcome: Outcome): void {
    if (outcome.outcome === "gap") this.#sums.gaps++;
    else if (outcome.outcome === "stream") {
      this.#countStream(outcome.stream);
      this.#account(outcome, outcome.stream.archiveLength);
    } else if (outcome.outcome === "member") this.#countMember(outcome);
    else if (outcome.outcome === "carrier") this.#countCarrier(outcome);
    else if (outcome.outcome === "deleted") this.#sums.deleted++;
    else if (outcome.outcome === "foreign") {
      // What stands inside a stream is counted with the stream.
      if (outcome.stream === null) {
        this.#sums.archive.foreignBytes += outcome.length;
        this.#account(outcome, outcome.length);
      }
      this.#sums.unproven += outcome.unproven;
      add(this.#sums.warnings, outcome.unproven > 0 ? "block-unproven" : "foreign-bytes");
    } else if (outcome.outcome === "document") {
      for (const { merged } of outcome.files)
        for (const warning of merged?.warnings ?? []) add(this.#sums.warnings, warning);
    } else if (outcome.outcome !== "milestone") {
      this.#sums.items.seen++;
      if (outcome.outcome === "duplicate") this.#sums.items.duplicates++;
      else if (outcome.outcome === "skipped") {
        this.#sums.items.skipped++;
        add(this.#sums.skips, outcome.code);
      } else this.#countItem(outcome.item);
    }
  }

  /** What stands in a member is no byte of the archive by itself: its carrier is. */
  #account({ member }: Outcome, bytes: number): void {
    this.#sums.accounted[member === undefined ? "archive" : "members"] += bytes;
  }

  #countMember({ memberBytes, plainBytes, unreadBytes }: MemberEnded): void {
    this.#sums.carriers.memberBytes += memberBytes;
    this.#sums.accounted.members += plainBytes + unreadBytes;
  }

  #countCarrier(carrier: CarrierEnded): void {
    const { members, framingBytes, carriedBytes } = carrier;
    this.#sums.carriers.count++;
    this.#sums.carriers.members += members;
    this.#sums.carriers.framingBytes += framingBytes;
    this.#sums.carriers.carriedBytes += carriedBytes;
    this.#account(carrier, framingBytes + carriedBytes);
  }

  #countItem(item: Item): void {
    this.#sums.items.written++;
    this.#sums.byKind[item.kind]++;
    if ((item.kind === "mail" || item.kind === "raw") && isPartial(item)) this.#sums.items.partial++;
    for (const warning of item.warnings) add(this.#sums.warnings, warning);
  }

  #countStream(stream: StreamFacts): void {
    this.#sums.archive.streams++;
    this.#sums.archive.streamBytes += stream.archiveLength;
    for (const key of ["declaredBytes", "decodedBytes", "missingBytes", "excessBytes"] as const) {
      this.#sums.bytes[key] += stream[key];
    }
    for (const key of ["total", "coded", "stored", "damaged", "repaired", "unverified"] as const) {
      this.#sums.blocks[key] += stream.blocks[key];
    }
    if (stream.blocks.repaired > 0) add(this.#sums.warnings, "block-repaired");
    if (stream.blocks.unverified > 0) add(this.#sums.warnings, "checksum-absent");
    if (this.#sums.streams.length < MAX_LISTED_STREAMS) this.#sums.streams.push(stream);
  }

  /** Every item is accounted for, every announced byte, and every byte of the archive and of what it carries. */
  #reconcile(source: SourceFacts): ReportDocument["reconciliation"] {
    const { seen, written, duplicates, skipped } = this.#sums.items;
    const { declaredBytes, decodedBytes, missingBytes, excessBytes } = this.#sums.bytes;
    const { archive, members } = this.#sums.accounted;
    const sums = {
      items: [seen, written + duplicates + skipped],
      bytes: [declaredBytes + excessBytes, decodedBytes + missingBytes],
      // Input that was never compressed has nothing to sum up.
      archive: [source.size, archive > 0 ? archive : source.size],
      members: [this.#sums.carriers.memberBytes, members],
      ...this.#files.sums,
    } as const;
    for (const [sum, [given, accounted]] of Object.entries(sums)) {
      if (given !== accounted)
        throw new JobError("jobs/sums-disagree", undefined, { details: { sum, given, accounted } });
    }
    return sums;
  }
}

function add(counts: Record<string, number>, key: ErrorCode | WarningCode): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function sorted<Key extends string>(counts: Readonly<Record<string, number>>): Readonly<Partial<Record<Key, number>>> {
  const entries = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries) as Partial<Record<Key, number>>;
}
