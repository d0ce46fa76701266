/** An addr-spec and the name that stood before it. */
export interface MailAddress {
  /** RFC 5322 3.4.1 addr-spec, as it was written. */
  readonly address: string;
  readonly name: string | null;
}

const ATOM = /^[^\s()<>[\]:;@\\,."\p{Cc}]+(?:\.[^\s()<>[\]:;@\\,."\p{Cc}]+)*$/u;
const QUOTED_LOCAL = /^"(?:[^"\\\p{Cc}]|\\\P{Cc})*"$/u;
const DOMAIN_LITERAL = /^\[[^[\]\s\\\p{Cc}]+\]$/u;
/** The beginning of an X.500 name, which may hold an @ too. */
const X500 = /^\/o=/i;

/** Longer than any address (RFC 5321 4.5.3.1 allows 254 octets); stops texts that only look like one. */
const MAX_ADDRESS_CHARS = 1000;

/** True for a plain addr-spec; letters beyond ASCII are allowed (RFC 6531). */
export function isAddrSpec(text: string): boolean {
  const at = text.lastIndexOf("@");
  if (at < 1 || text.length > MAX_ADDRESS_CHARS || X500.test(text)) return false;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  return (ATOM.test(local) || QUOTED_LOCAL.test(local)) && (ATOM.test(domain) || DOMAIN_LITERAL.test(domain));
}

/**
 * Finds the mail address in `addr`, `Name <addr>`, `"Name" <addr>` or `mailto:addr` (MAPPING.md 4.3). Null when there
 * is none, as in X.500 names and bare names.
 */
export function parseMailAddress(text: string): MailAddress | null {
  const trimmed = text.trim();
  const bare = withoutScheme(trimmed);
  if (isAddrSpec(bare)) return { address: bare, name: null };
  const open = trimmed.lastIndexOf("<");
  if (open === -1) return null;
  const close = trimmed.indexOf(">", open);
  const address = withoutScheme(trimmed.slice(open + 1, close === -1 ? undefined : close).trim());
  if (!isAddrSpec(address)) return null;
  const name = unquotePhrase(trimmed.slice(0, open).trim());
  return { address, name: name === "" ? null : name };
}

const withoutScheme = (text: string): string => text.replace(/^mailto:/i, "");

/** The text of a display name: without its quotes and backslashes. */
export function unquotePhrase(phrase: string): string {
  const quoted = /^"(.*)"$/s.exec(phrase);
  return quoted === null ? phrase : (quoted[1] ?? "").replace(/\\(.)/gs, "$1").trim();
}
