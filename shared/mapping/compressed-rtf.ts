/** MS-OXRTFCP 2.1.2.1: what the dictionary holds before the first byte is decompressed. */
const DICTIONARY =
  "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor " +
  "MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20" +
  "\\b\\i\\u\\tab\\tx";
const DICTIONARY_BYTES = 4096;
/** MS-OXRTFCP 2.1.3.1.1: COMPSIZE, RAWSIZE, COMPTYPE, CRC; little-endian. */
const HEADER_BYTES = 16;
const COMPRESSED = 0x75465a4c;
const UNCOMPRESSED = 0x414c454d;
/** A token of two bytes gives at most this many. */
const MAX_RUN_BYTES = 17;

/**
 * Undoes the compression of RTF in MAPI (MS-OXRTFCP). Null when the header is no such header; data that
 * ends early gives what is there. Output is at most 17 times the input.
 */
export function decompressRtf(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < HEADER_BYTES) return null;
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const rawBytes = header.getUint32(4, true);
  const type = header.getUint32(8, true);
  if (type === UNCOMPRESSED) return bytes.slice(HEADER_BYTES, HEADER_BYTES + rawBytes);
  if (type !== COMPRESSED) return null;
  const room = Math.min(rawBytes, (bytes.length - HEADER_BYTES) * MAX_RUN_BYTES);
  return expand(bytes.subarray(HEADER_BYTES), room);
}

/** MS-OXRTFCP 3.1.3.2: a control byte for eight tokens, each a byte or a 12-bit place with a 4-bit length. */
function expand(tokens: Uint8Array, room: number): Uint8Array {
  const out = new Uint8Array(room);
  const dictionary = new Uint8Array(DICTIONARY_BYTES);
  for (let i = 0; i < DICTIONARY.length; i += 1) dictionary[i] = DICTIONARY.charCodeAt(i);
  let write = DICTIONARY.length;
  let length = 0;
  let at = 0;
  const put = (byte: number): void => {
    dictionary[write] = byte;
    write = (write + 1) % DICTIONARY_BYTES;
    if (length < room) out[length++] = byte;
  };
  while (at < tokens.length && length < room) {
    const control = tokens[at++] as number;
    for (let bit = 0; bit < 8 && at < tokens.length; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        put(tokens[at++] as number);
        continue;
      }
      const reference = ((tokens[at] as number) << 8) | (tokens[at + 1] ?? 0);
      at += 2;
      const from = reference >> 4;
      // A reference to the place that is written next ends the data.
      if (from === write) return out.subarray(0, length);
      for (let i = 0; i < (reference & 15) + 2; i += 1) put(dictionary[(from + i) % DICTIONARY_BYTES] as number);
    }
  }
  return out.subarray(0, length);
}
