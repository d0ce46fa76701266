/** Content-Type by file extension, for the files that the converter writes. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  eml: "message/rfc822",
  ics: "text/calendar; charset=utf-8",
  json: "application/json",
  jsonl: "application/jsonl",
  md: "text/markdown; charset=utf-8",
  mbox: "application/mbox",
  tar: "application/x-tar",
  txt: "text/plain; charset=utf-8",
  vcf: "text/vcard; charset=utf-8",
  xml: "application/xml",
  zip: "application/zip",
};

/** The Content-Type of a result file; bytes of no known kind are `application/octet-stream`. */
export function mediaTypeOf(path: string): string {
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return (Object.hasOwn(MEDIA_TYPES, extension) && MEDIA_TYPES[extension]) || "application/octet-stream";
}
