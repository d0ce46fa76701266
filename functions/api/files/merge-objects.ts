import { collectBytes } from "../../../shared/bytes/byte-source.ts";
import { foldLines } from "../../../shared/bytes/fold-line.ts";
import { PRODID } from "../../../shared/mapping/calendar-lines.ts";
import { MergedZones } from "../../../shared/mapping/merge-calendars.ts";
import type { ObjectStore } from "../../../shared/object-store.ts";
import { type FileKind, kindOf } from "./file-kind.ts";
import { walkFiles } from "./list-files.ts";

/** The single objects of a job's result, each read when its turn comes. */
export interface JobObjects {
  readonly results: ObjectStore;
  readonly jobId: string;
  readonly signal: AbortSignal;
}

const CALENDAR_KINDS = ["calendar", "note", "task"] as const satisfies readonly FileKind[];
/** Answers and cancellations are messages about objects, no objects. */
const ITIP_FOLDER = "calendar/itip/";
const HEAD = ["BEGIN:VCALENDAR", "VERSION:2.0", PRODID, "CALSCALE:GREGORIAN"];

/** One calendar of all calendar objects of a job. The first look at them is for their zones. */
export class JobCalendar {
  readonly #objects: JobObjects;
  readonly #zones: MergedZones;

  private constructor(objects: JobObjects, zones: MergedZones) {
    this.#objects = objects;
    this.#zones = zones;
  }

  /** @returns null when the job has no calendar objects */
  static async open(objects: JobObjects): Promise<JobCalendar | null> {
    const zones = new MergedZones();
    let isEmpty = true;
    for await (const lines of calendarObjects(objects)) {
      zones.count({ lines });
      isEmpty = false;
    }
    return isEmpty ? null : new JobCalendar(objects, zones);
  }

  /** The calendar as RFC 5545 wants it: one VTIMEZONE for each TZID before all else. One object is held at a time. */
  async *content(): AsyncGenerator<Uint8Array> {
    yield* foldLines([...HEAD, ...this.#zones.zoneLines()]);
    for await (const lines of calendarObjects(this.#objects)) yield* foldLines(this.#zones.take({ lines }).lines);
    yield* foldLines(["END:VCALENDAR"]);
  }
}

/** All cards of a job, one after the other. */
export async function* jobCards({ results, jobId, signal }: JobObjects): AsyncGenerator<Uint8Array> {
  for await (const { path } of walkFiles(results, jobId, { kind: "contact" })) {
    if (isCard(path)) yield* results.read(`${jobId}/${path}`, { signal });
  }
}

/** True when the job has cards. */
export async function hasCards({ results, jobId }: Pick<JobObjects, "results" | "jobId">): Promise<boolean> {
  for await (const { path } of walkFiles(results, jobId, { kind: "contact" })) {
    if (isCard(path)) return true;
  }
  return false;
}

/** What was converted lies beside the card as it came, in whatever charset that is. */
function isCard(path: string): boolean {
  return path.endsWith(".vcf") && !path.endsWith(".orig.vcf") && kindOf(path) === "contact";
}

/** Their unfolded lines, object by object. */
async function* calendarObjects({ results, jobId, signal }: JobObjects): AsyncGenerator<readonly string[]> {
  for (const kind of CALENDAR_KINDS) {
    for await (const { path } of walkFiles(results, jobId, { kind })) {
      if (!path.endsWith(".ics") || path.startsWith(ITIP_FOLDER)) continue;
      yield unfold(await collectBytes(results.read(`${jobId}/${path}`, { signal })));
    }
  }
}

function unfold(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(bytes).replace(/\r\n[ \t]/g, "");
  return text.split("\r\n").slice(0, -1);
}
