/**
 * Which of two keys comes first in the order of their UTF-8 bytes, which is that of S3. It differs from the order of
 * JavaScript's `<` in one thing: the halves of surrogate pairs come after U+E000 to U+FFFF.
 *
 * @returns below 0 when `left` comes first, above 0 when `right` does, 0 when they are the same
 */
export function compareKeys(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (one !== other) return Number(isSurrogate(one)) - Number(isSurrogate(other)) || one - other;
  }
  return left.length - right.length;
}

function isSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff;
}
