/** The little of libmime that the tests use as a second opinion. */
declare module "libmime" {
  interface Libmime {
    encodeWord(text: string, encoding: "Q" | "B", maxLength: number): string;
    buildHeaderParam(key: string, text: string, maxLength: number): { key: string; value: string }[];
  }
  const libmime: Libmime;
  export = libmime;
}
