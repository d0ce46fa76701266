import { join } from "node:path";
import { expect } from "vitest";
import { createRunJob } from "../../functions/convert/run-job.ts";
import type { RunJobDeps } from "../../functions/convert/run-job-deps.ts";
import { createDirectoryObjectStore } from "../../functions/stores/directory-object-store.ts";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { DEFAULT_LIMITS, type Limits } from "../../shared/limits.ts";
import { type ConvertOptions, DEFAULT_OPTIONS } from "../../shared/options.ts";
import type { ReportDocument } from "../../shared/report/job-report.ts";
import { makeArchive } from "./make-archive.ts";
import { bytesOf, collection, command, mimeData, shortMime, syncXml } from "./sync-samples.ts";
import { makeCalendar, makeMessage, makeVcard } from "./synthetic-mail.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";
import { openWorkplace, queueJob } from "./workplace.ts";

/** What a job left in its folder. */
export interface PackedResult {
  /** The folder of the results on this machine. */
  readonly folder: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly manifest: readonly Record<string, unknown>[];
  readonly report: ReportDocument;
}

/** Runs a whole job over folders and reads what it left. */
export async function convertPacked(
  archive: Uint8Array,
  options: Partial<ConvertOptions>,
  { limits, ...deps }: Partial<Omit<RunJobDeps, "limits">> & { readonly limits?: Partial<Limits> } = {},
): Promise<PackedResult> {
  const root = await makeTemporaryFolder();
  const results = createDirectoryObjectStore(root);
  const place = await openWorkplace({ results, limits: { ...DEFAULT_LIMITS, ...limits }, ...deps });
  const job = await queueJob(place, archive, { options: { ...DEFAULT_OPTIONS, ...options } });
  const ended = await createRunJob(place)(job.id, new AbortController().signal);
  if (ended.error !== null) throw new Error(`${ended.error.message} ${place.lines.join("")}`);
  expect(ended).toMatchObject({ error: null });
  return readResult(root, job.id);
}

async function readResult(root: string, jobId: string): Promise<PackedResult> {
  const store = createDirectoryObjectStore(root);
  const files = new Map<string, Uint8Array>();
  for await (const { key } of store.list(`${jobId}/`)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.read(key)) chunks.push(chunk);
    files.set(key.slice(jobId.length + 1), concatBytes(chunks));
  }
  const textOf = (path: string) => Buffer.from(files.get(path) ?? []).toString("utf8");
  return {
    folder: join(root, jobId),
    files,
    manifest: textOf("manifest.jsonl")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
    report: JSON.parse(textOf("report.json")),
  };
}

/** Messages that are hard on an mbox: `From ` lines, quoted ones, no end of the last line, bare LF, many blank lines. */
const AWKWARD_TEXTS: readonly string[] = [
  "From here on\r\n>From there\r\n\r\nFrom x Thu Jan  1 00:00:00 2009\r\n>>From\r\n>>>From deep\r\n",
  "no end of line",
  "From \n>From \nbare\n\nFrom a Thu Jan  1 00:00:00 2009\n\n\n",
  "ends in blank lines\r\n\r\n\r\n",
  "ends in From ",
  "ends in\r\n>>Fro",
  "Fro\r\nFrom\r\nfrom x\r\n From y\r\n\rFrom z\r\n",
];

/** A message with that text as its whole body. */
export function plainMessage(subject: string, text: string): Uint8Array {
  return bytesOf(
    `From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nSubject: ${subject}\r\n` +
      `Date: Fri, 28 Jan 2011 08:56:57 +0000\r\nMessage-ID: <m@example.org>\r\n\r\n${text}`,
  );
}

/** Messages, one with an invitation and one with a contact, and all the awkward ones, each in a stream of its own. */
export function mailMessages(): readonly Uint8Array[] {
  return [
    makeMessage({ seed: 1, subject: "first ../../etc/passwd" }),
    makeMessage({ seed: 2, subject: "CON", calendar: makeCalendar(2, "REQUEST"), calendarMethod: "REQUEST" }),
    makeMessage({ seed: 3, subject: "Grüße, 世界", vcard: makeVcard(3) }),
    ...AWKWARD_TEXTS.map((text, index) => plainMessage(`awkward ${index}`, text)),
  ];
}

/** Messages as an archive. */
export function archiveOf(messages: readonly Uint8Array[]): Uint8Array {
  return concatBytes(messages.map((message) => makeArchive(message, { stored: true, blockBytes: 4_096 })));
}

const FLAGGED = "<H:Flag><H:State>1</H:State></H:Flag>";
const CATEGORIES = "<H:Categories><H:Category>Blue sky</H:Category><H:Category>Überfällig</H:Category></H:Categories>";

/** Mail in nested folders with everything that a server knows of it, and an appointment. */
export function syncArchive(): Uint8Array {
  const folders = [
    command("Add", "f1", "<F:DisplayName>ACTIVE</F:DisplayName><F:ParentId>0</F:ParentId>"),
    command("Add", "f2", "<F:DisplayName>Päckchen &amp; Co. v1.2</F:DisplayName><F:ParentId>0</F:ParentId>"),
    command("Add", "f3", "<F:DisplayName>Sub</F:DisplayName><F:ParentId>f2</F:ParentId>"),
  ];
  const mail = (id: string, folder: string, fields: string) =>
    command("Add", id, mimeData(shortMime(`mail ${id}`), `<H:FolderId>${folder}</H:FolderId>${fields}`));
  const received = "<E:DateReceived>2011-01-28T08:56:57.000Z</E:DateReceived>";
  const messages = [
    mail("m1", "f1", `${received}<E:Read>1</E:Read>${FLAGGED}`),
    mail("m2", "f2", `${received}<E:Read>0</E:Read>${CATEGORIES}`),
    mail("m3", "f3", `<E:Read>1</E:Read><H:ReplyToOrForwardState>1</H:ReplyToOrForwardState>`),
    mail(
      "m4",
      "f1",
      `<H:ReplyToOrForwardState>2</H:ReplyToOrForwardState><E:MessageClass>HM.Note.Draft</E:MessageClass>`,
    ),
  ];
  const event =
    "<C:Subject>Lunch</C:Subject><C:StartTime>20110301T120000Z</C:StartTime><C:EndTime>20110301T130000Z</C:EndTime>";
  return bytesOf(
    syncXml(
      collection("Folder", null, folders.join("")) +
        collection("Email", null, messages.join("")) +
        collection("Calendar", "cal", command("Add", "e1", event)),
    ),
  );
}
