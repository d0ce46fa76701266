const SLICE_BYTES = 8192;

/**
 * Bytes as a string with one character (U+0000–U+00FF) per byte. Lets line structure be handled as text while the
 * charset is still unknown, and folds inside a multi-byte character be undone before it is decoded.
 */
export function binaryString(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + SLICE_BYTES));
  }
  return text;
}

/** The bytes that `binaryString` was made from. */
export function binaryBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}
