import fc from "fast-check";

/** What has broken other services: ends of headers and paths, encodings of both, and texts of unusual kinds. */
const NASTY = [
  "",
  ".",
  "..",
  "../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "%2e%2e/%2e%2e/",
  "..\\..\\windows",
  "/etc/passwd",
  "//evil.example/",
  "C:\\autoexec.bat",
  "\\\\server\\share",
  "a\u0000b",
  "%00",
  "a\r\nx-injected: 1\r\n\r\n<script>",
  "a%0d%0ax-injected:%201",
  "a\u2028b\u2029c\u0085d",
  "\u202egpj.exe",
  "\ud800",
  "\udfff\ud800",
  "\ufeff\u200b",
  "💾".repeat(300),
  "a".repeat(5000),
  '"; filename="x',
  "'%27\"`{{7*7}}",
  "%",
  "%zz",
  "%c0%ae%c0%ae/",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "NaN",
  "-1",
  "1e400",
  "9007199254740993",
  "0x10",
  "2026-02-30T25:61:61Z",
  "+275760-09-13T00:00:00.001Z",
  "bytes=0-",
  "bytes=99999999999999999999-0,-",
  '"*", W/"',
  "http://169.254.169.254/latest/meta-data",
  "https://user:pass@[::1]:1/%0d%0ax-injected:1",
  "application/json",
  "application/json; charset=\u00ff",
  "multipart/form-data",
  "text/event-stream;q=1e9",
];

/** Text that somebody may send with ill intent. */
export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.string({ unit: "grapheme", maxLength: 50 }),
  fc.string({ maxLength: 50 }),
);

/** The same as a piece of a path or query: encoded as clients do, or as it stands. */
export const hostilePiece = fc
  .tuple(hostileText, fc.boolean())
  .map(([text, isEncoded]) =>
    isEncoded ? encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "\ufffd")) : text.replaceAll(/[?#]/g, ""),
  );

/** The same as a field value that fetch lets through: Latin-1 without the ends of lines. */
const hostileHeader = hostileText.map((text) => text.replaceAll(/[\0\r\n\u0100-\uffff]/g, "?").slice(0, 4000));

const HEADERS = [
  "accept",
  "authorization",
  "content-disposition",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "if-range",
  "last-event-id",
  "origin",
  "range",
  "x-forwarded-host",
];

/** Some headers, each one known to some route. */
export const hostileHeaders = fc.dictionary(fc.constantFrom(...HEADERS), hostileHeader, { maxKeys: 4 });

const FIELDS = [
  "__proto__",
  "callbackUrl",
  "carve",
  "cursor",
  "defaultTimeZone",
  "dryRun",
  "etag",
  "expires",
  "filename",
  "format",
  "from",
  "kind",
  "limit",
  "maxBytes",
  "options",
  "owner",
  "pack",
  "part",
  "parts",
  "prefix",
  "sha256",
  "signature",
  "since",
  "size",
  "status",
  "toleratedFailurePercentage",
];

/** A query of known and unknown names. */
export const hostileQuery = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), hostilePiece), hostilePiece), { maxLength: 4 })
  .map((pairs) => (pairs.length === 0 ? "" : `?${pairs.map(([name, value]) => `${name}=${value}`).join("&")}`));

const hostileValue = fc.oneof(hostileText, fc.jsonValue({ maxDepth: 3 }), fc.double(), fc.maxSafeInteger());

/** A body: JSON with names that some route knows, any JSON, no JSON at all, or far too much. */
export const hostileBody = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.dictionary(fc.constantFrom(...FIELDS), hostileValue).map((value) => JSON.stringify(value)),
  },
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom("[".repeat(60_000), '{"a":'.repeat(10_000), `{"filename":"${"a".repeat(70_000)}"}`, '{"size":1e999}'),
  hostileText,
  fc.uint8Array({ maxLength: 64 }),
);
