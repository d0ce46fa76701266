/** A delimiter line and what it does. */
export interface Delimiter {
  /** Index of the open multipart that it belongs to. */
  readonly index: number;
  /** True for the close delimiter, which no part follows. */
  readonly closes: boolean;
}

const DASH = 0x2d;

/**
 * Finds the open multipart that a line delimits (RFC 2046 5.1.1): `--boundary` or `--boundary--`, then blanks only.
 * The innermost wins; an outer one counts too, since inner ends go missing.
 *
 * @param line with its line end
 * @param open from the outermost to the innermost
 */
export function findDelimiter(line: Uint8Array, open: readonly { boundary: Uint8Array }[]): Delimiter | null {
  if (line[0] !== DASH || line[1] !== DASH) return null;
  let end = line.length;
  while (isSpace(line[end - 1])) end -= 1;
  for (let index = open.length - 1; index >= 0; index -= 1) {
    const boundary = open[index]?.boundary ?? line;
    if (!holdsAt(line, 2, boundary)) continue;
    const after = 2 + boundary.length;
    if (end <= after) return { index, closes: false };
    if (end === after + 2 && line[after] === DASH && line[after + 1] === DASH) return { index, closes: true };
  }
  return null;
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a;

function holdsAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  if (bytes.length < at + expected.length) return false;
  for (let i = 0; i < expected.length; i += 1) if (bytes[at + i] !== expected[i]) return false;
  return true;
}
