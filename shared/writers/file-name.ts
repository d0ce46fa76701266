/** What a file is named after. */
export interface FileNaming {
  /** Folder below the job's, for example `calendar/invites`. */
  readonly folder: string;
  /** Number of the item in the job, from 1. It makes the name unique, also on systems that ignore case. */
  readonly ordinal: number;
  /** What the item is dated, in milliseconds since 1970 UTC; absent for what has no date by nature. */
  readonly dateMillis?: number | null;
  /** Candidates for the readable part, best first; the first that leaves anything is taken. */
  readonly titles: readonly (string | null)[];
  /** With its dot, for example `.partial.eml`. */
  readonly extension: string;
}

/** Leaves room for a job's own prefix in every system's limit (260 UTF-16 units on Windows, 255 octets a segment). */
const MAX_PATH_OCTETS = 120;
const ORDINAL_DIGITS = 6;
const MAX_FOLDER_OCTETS = 60;
/** Begins like the files of single items, or is the name of a device on Windows. */
const TAKEN = /^(?:\d{6}.*|con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])$/;
/** Titles are cut to this before anything looks at them; a slug never needs more. */
const MAX_TITLE_CHARS = 1000;

/** A letter or number and what is combined with it. Marks without a base would cling to the '-'. */
const WORDS = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;
/** Letters and marks that show nothing (fillers, variation selectors, joiners). */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * The path of an output file: `folder/000001-20110128T085656Z-readable-words.ext`. Sortable, unique through its number,
 * at most 120 octets of UTF-8, with nothing in it but letters, marks, numbers, '-', '/' and the dots of the extension:
 * no name in a mail can lead out of the folder, and the number in front keeps Windows' device names away.
 */
export function filePath({ folder, ordinal, dateMillis, titles, extension }: FileNaming): string {
  const number = String(ordinal).padStart(ORDINAL_DIGITS, "0");
  const stem = dateMillis === undefined ? `${folder}/${number}` : `${folder}/${number}-${formatInstant(dateMillis)}`;
  const room = MAX_PATH_OCTETS - octetsOf(stem) - 1 - octetsOf(extension);
  const slug = titles.map((title) => slugify(title ?? "", room)).find((candidate) => candidate !== "");
  return slug === undefined ? `${stem}${extension}` : `${stem}-${slug}${extension}`;
}

/** Lower-case words of a text joined by '-', cut between characters to at most `maxOctets` of UTF-8. */
export function slugify(title: string, maxOctets: number): string {
  const text = title.slice(0, MAX_TITLE_CHARS).normalize("NFC").toLowerCase().normalize("NFC").replace(INVISIBLE, "");
  let slug = "";
  let room = maxOctets;
  for (const char of (text.match(WORDS) ?? []).join("-")) {
    room -= octetsOf(char);
    if (room < 0) break;
    slug += char;
  }
  return slug.replace(/-+$/, "");
}

/** A mail folder's path as one file name without extension; names that Windows or files of single items have are not it. */
export function folderSlug(folder: string): string {
  const slug = slugify(folder.replaceAll("%2F", "/"), MAX_FOLDER_OCTETS) || "folder";
  return TAKEN.test(slug) ? `folder-${slug}` : slug;
}

/** The part of an attachment's name that says what it is: without folders and without its last extension. */
export function fileStem(name: string | null): string | null {
  return name === null ? null : name.replace(/^.*[/\\]/s, "").replace(/\.[^.]{1,8}$/s, "");
}

/** `20110128T085656Z`, or `undated` for no instant and for years that four digits cannot tell. */
function formatInstant(millis: number | null): string {
  if (millis === null || !Number.isFinite(millis)) return "undated";
  const date = new Date(millis);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date.toISOString().replace(/[-:]|\.\d+/g, "") : "undated";
}

const octetsOf = (text: string): number => new TextEncoder().encode(text).length;
