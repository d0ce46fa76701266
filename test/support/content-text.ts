/** The physical lines of a text without their CRLF. */
export function physicalLines(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, start)) {
    lines.push(bytes.subarray(start, at - 1));
    start = at + 1;
  }
  return lines;
}

/** Content lines of a text that is folded as RFC 5545 3.1 says. */
export function unfold(text: string): readonly string[] {
  return text
    .replace(/\r\n[ \t]/g, "")
    .split("\r\n")
    .slice(0, -1);
}
