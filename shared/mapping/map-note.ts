import type { WarningCode } from "../items/warning.ts";
import { calendarLines, stampLines, textLines } from "./calendar-lines.ts";
import { oneLine, textList } from "./content-value.ts";
import { bodyText, type ItemBody, readBody } from "./item-body.ts";
import { noteMessage } from "./note-message.ts";
import type { Warn } from "./recurrence-pattern.ts";
import { syntheticUid } from "./stable-id.ts";
import type { MapContext, MappedObject, SyncElement } from "./sync-element.ts";
import { fieldText, groupTexts } from "./sync-fields.ts";
import { formatUtc, parseWireMillis } from "./wire-date.ts";

/** The forms of a note that people can read. */
export interface NoteForms {
  /** The subject as heading and the body, lines ended by LF. */
  readonly markdown: string;
  /** A message, with the option `noteEml`. */
  readonly message?: Uint8Array;
}

/**
 * Maps a note to a VJOURNAL without DTSTART (MAPPING.md 11) and to Markdown, since hardly any program shows a VJOURNAL.
 *
 * @param data ApplicationData of class Notes
 * @returns `dateMillis` is that of its last change
 */
export function mapNote(data: SyncElement, context: MapContext): MappedObject & NoteForms {
  const warnings = new Set<WarningCode>();
  const body = readBody(data);
  for (const warning of body.warnings) warnings.add(warning);
  const subject = fieldText(data, "Subject")?.trim() ?? "";
  const title = oneLine(subject);
  const modifiedMillis = parseWireMillis(fieldText(data, "LastModifiedDate"));
  const text = bodyText(body);
  const journal = [
    "BEGIN:VJOURNAL",
    `UID:${syntheticUid(context)}`,
    ...noteStampLines(data, modifiedMillis, context, (code) => warnings.add(code)),
    ...textLines("SUMMARY", subject),
    ...textLines("DESCRIPTION", text),
    ...htmlLines(body, context),
    ...categoryLines(data),
    "STATUS:FINAL",
    ...sourceLines(data, context),
    "END:VJOURNAL",
  ];
  return {
    lines: calendarLines(context.options, journal),
    warnings: [...warnings],
    title: title === "" ? null : title,
    dateMillis: modifiedMillis,
    markdown: markdownOf(title, text ?? ""),
    ...(context.options.noteEml ? { message: noteMessage(data, context) } : {}),
  };
}

/** LastModifiedDate is the only time that a note has, so it is no substitute for another one. */
function noteStampLines(
  data: SyncElement,
  modifiedMillis: number | null,
  context: MapContext,
  warn: Warn,
): readonly string[] {
  const stamp = modifiedMillis === null ? null : formatUtc(modifiedMillis);
  if (stamp === null) return stampLines(data, context.fallbackMillis, warn);
  return [`DTSTAMP:${stamp}`, `LAST-MODIFIED:${stamp}`];
}

function htmlLines(body: ItemBody, { options }: MapContext): readonly string[] {
  return options.noHtmlAlt ? [] : textLines("X-ALT-DESC", body.html, "FMTTYPE=text/html");
}

function categoryLines(data: SyncElement): readonly string[] {
  const values = groupTexts(data, "Categories", "Category");
  return values.length === 0 ? [] : [`CATEGORIES:${textList(values)}`];
}

function sourceLines(data: SyncElement, context: MapContext): readonly string[] {
  if (!context.options.keepSource) return [];
  return [
    ...textLines("X-HU01-COLLECTIONID", context.collectionId),
    ...textLines("X-HU01-SERVERID", context.serverId),
    ...textLines("X-HU01-MESSAGECLASS", fieldText(data, "MessageClass")),
  ];
}

/** Controls other than TAB and line ends are no text in Markdown either. */
function markdownOf(title: string, body: string): string {
  const lines = body
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replace(/(?![\t\n])\p{Cc}/gu, "")
    .replace(/^\n+/, "");
  const heading = title === "" ? "" : `# ${title}\n`;
  const text = trimEndLines(lines);
  if (text === "") return heading;
  return `${heading === "" ? "" : `${heading}\n`}${text}\n`;
}

/** Without the line ends at its end; by index, since an expression would take the square of their number. */
function trimEndLines(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end -= 1;
  return text.slice(0, end);
}
