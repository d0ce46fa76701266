import { foldLines } from "../bytes/fold-line.ts";
import type { CalendarItem } from "../items/item.ts";
import type { OutputFile } from "../items/output-file.ts";
import { filePath, fileStem } from "./file-name.ts";

/** Writes a calendar object: UTF-8 without a mark, CRLF, folded at 75 octets. */
export function writeIcs(item: CalendarItem, ordinal: number): readonly OutputFile[] {
  const titles = [item.summary, fileStem(item.origin.name)];
  const path = filePath({ folder: folderOf(item), ordinal, dateMillis: item.dateMillis, titles, extension: ".ics" });
  const method = methodOf(item.lines);
  const mediaType = `text/calendar; charset=utf-8${method === null ? "" : `; method=${method}`}`;
  const object: OutputFile = { path, mediaType, content: { [Symbol.iterator]: () => foldLines(item.lines) } };
  return [
    object,
    ...(item.markdown === undefined ? [] : [markdownBeside(path, item.markdown)]),
    ...messageBeside(path, item),
  ];
}

function messageBeside(path: string, { message }: CalendarItem): readonly OutputFile[] {
  if (message === undefined) return [];
  return [{ path: path.replace(/\.ics$/, ".eml"), mediaType: "message/rfc822", content: [message] }];
}

/** Hardly any program shows a VJOURNAL, so a note is written as text too. */
function markdownBeside(path: string, markdown: string): OutputFile {
  const content = [new TextEncoder().encode(markdown)];
  return { path: path.replace(/\.ics$/, ".md"), mediaType: "text/markdown; charset=utf-8", content };
}

/** iTIP messages other than invitations are no objects to import, whatever they are about. */
function folderOf(item: CalendarItem): string {
  if (item.role === "itip") return "calendar/itip";
  if (item.component === "VTODO") return "tasks";
  if (item.component === "VJOURNAL") return "notes";
  return item.role === "invite" ? "calendar/invites" : "calendar";
}

/** METHOD of the calendar itself; only a token may go into a media type. */
function methodOf(lines: readonly string[]): string | null {
  for (const line of lines.slice(1)) {
    if (/^BEGIN:/i.test(line)) return null;
    const method = /^METHOD[ \t]*(?:;[^:]*)?:[ \t]*([A-Za-z0-9-]{1,40})[ \t]*$/i.exec(line)?.[1];
    if (method !== undefined) return method.toUpperCase();
  }
  return null;
}
