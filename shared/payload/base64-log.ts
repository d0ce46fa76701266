/** What jdeltasync writes before each dump (hu01/FORMAT.md, Carriers). */
const TITLE = /Dumping HU01 stream as BASE64 for message[ \t]+([^\r\n]{1,256})/;

/** The id of the message that a line announces a dump of; null when it announces none. */
export function findDumpTitle(text: string): string | null {
  return TITLE.exec(text)?.[1]?.replace(/[\s:.]+$/, "") ?? null;
}
