import { stableId } from "../../bytes/stable-id.ts";
import type { MailState } from "../../items/sync-facts.ts";
import { encodeModifiedUtf7 } from "./modified-utf7.ts";

/** Of every Maildir, and of each folder in it. */
export const MAILDIR_FOLDERS = ["cur", "new", "tmp"] as const;
/** Marks a folder of a Maildir++ as one. */
export const MAILDIR_FOLDER_MARK = "maildirfolder";

const ORDINAL_DIGITS = 6;
/** File systems end at 255 octets. */
const MAX_FOLDER_OCTETS = 200;

/**
 * The directory of a mail folder in a Maildir++, relative to the Maildir: empty for the inbox and for no folder, else
 * `.Name.Sub` in modified UTF-7.
 *
 * @param folder names from the top, joined by `/`, with `%2F` for a `/` in a name
 */
export function maildirFolder(folder: string | null): string {
  if (folder === null || folder.toLowerCase() === "inbox") return "";
  const names = folder.split("/").map((name) => encodeModifiedUtf7(name.replaceAll("%2F", "/").trim()));
  const path = names.map((name) => `.${name === "" ? "_" : name}`).join("");
  return path.length <= MAX_FOLDER_OCTETS ? path : `.${stableId([folder])}`;
}

/**
 * The name of a message in `cur`: seconds, number, and the flags of the Maildir standard as far as the server told
 * them. A `:` is no name for Windows, so it stands in a tar only.
 *
 * @param millis what the message is dated, since 1970 UTC, or null
 * @param ordinal its number in the job, which makes the name unique
 */
export function maildirName(millis: number | null, ordinal: number, state: MailState | null): string {
  const seconds = Math.max(0, Math.floor((millis ?? 0) / 1000));
  const number = String(ordinal).padStart(ORDINAL_DIGITS, "0");
  return `${seconds}.${number}.hu01:2,${state === null ? "" : maildirFlags(state)}`;
}

/** Draft, flagged, passed on, replied to, seen; in ASCII order. Nothing says T: what was deleted is no item. */
function maildirFlags({ draft, flagged, forwarded, answered, seen }: MailState): string {
  const flags = { D: draft, F: flagged, P: forwarded, R: answered, S: seen };
  return Object.entries(flags)
    .map(([letter, isSet]) => (isSet ? letter : ""))
    .join("");
}
