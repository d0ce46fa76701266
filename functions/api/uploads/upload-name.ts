const FALLBACK = "archive.hu01";
const MAX_DISPLAY_LENGTH = 255;
const MAX_KEY_LENGTH = 100;
/** C0, DEL, C1 and the characters that turn the direction of text around them. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The name to show for an upload: the last component of what the client said, without control characters. */
export function displayName(filename: string): string {
  const last = filename.split(/[/\\]/u).at(-1) ?? "";
  const visible = last.replaceAll(INVISIBLE, "").trim();
  return [...visible].slice(0, MAX_DISPLAY_LENGTH).join("") || FALLBACK;
}

/**
 * The last component of an upload's key: ASCII letters, digits, `.`, `_` and `-`, beginning with a letter or a
 * digit, at most 100 bytes. The end of a long name is kept, since that is where the extension stands.
 */
export function keyName(filename: string): string {
  const safe = displayName(filename)
    .replaceAll(/[^A-Za-z0-9._-]+/gu, "_")
    .slice(-MAX_KEY_LENGTH)
    .replace(/^[._-]+/u, "")
    .replace(/\.+$/u, "");
  return safe === "" ? FALLBACK : safe;
}
