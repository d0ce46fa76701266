/** Characters of a payload that may stand before its root element: declaration, comments, a DOCTYPE. */
const MAX_PROLOG_CHARS = 65_536;

const MISC = /^(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)/;
const ROOT = /^<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_]+)(?=[\s/>])/;
const DOCTYPE = /^<!DOCTYPE\s+(?:[A-Za-z_][\w.-]*:)?([A-Za-z_]+)(?=[\s[>])/;

/**
 * True when an XML document begins here whose root element has the local name Sync, in whatever namespace. A document
 * type that names Sync is enough: the reader refuses it, with a reason.
 */
export function beginsSyncXml(prefix: Uint8Array): boolean {
  return beginsXml(prefix, "Sync");
}

/** The same for a root element of another local name. */
export function beginsXml(prefix: Uint8Array, root: string): boolean {
  if (!mayBeXml(prefix)) return false;
  let text = decodePrefix(prefix).slice(0, MAX_PROLOG_CHARS);
  for (let misc = MISC.exec(text); misc !== null; misc = MISC.exec(text)) text = text.slice(misc[0].length);
  return (ROOT.exec(text) ?? DOCTYPE.exec(text))?.[1] === root;
}

/** Spares other payloads the decoding. */
function mayBeXml(prefix: Uint8Array): boolean {
  for (const byte of prefix.subarray(0, 1024)) {
    if (byte === 0x3c || byte === 0xfe || byte === 0xff) return true;
    const isBlankOrMark = byte <= 0x20 || byte === 0xef || byte === 0xbb || byte === 0xbf;
    if (!isBlankOrMark) return false;
  }
  return false;
}

/** The byte order mark is taken off by the decoder. Other encodings agree with UTF-8 in the characters that count. */
function decodePrefix(prefix: Uint8Array): string {
  const [first, second] = prefix;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) {
    return new TextDecoder("utf-16le").decode(prefix);
  }
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) {
    return new TextDecoder("utf-16be").decode(prefix);
  }
  return new TextDecoder("utf-8").decode(prefix);
}
