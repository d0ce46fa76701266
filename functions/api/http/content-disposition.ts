/** `name=token`, `name="quoted \" string"` and `name*=charset'language'encoded` (RFC 6266 §4.1). */
const PARAMETER = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/gu;
/** RFC 8187 §3.2.1, attr-char: what stays as it is in an encoded parameter, beyond letters and digits. */
const NOT_ATTR_CHAR = /['()*]/gu;

/**
 * The file name that a Content-Disposition header gives (RFC 6266 §4.3): `filename*` before `filename`.
 *
 * @returns null when there is none or it cannot be decoded. The name is as the sender wrote it: not a safe path.
 */
export function parseDispositionFilename(header: string): string | null {
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, token = ""] of header.matchAll(PARAMETER)) {
    const value = quoted === undefined ? token : quoted.replaceAll(/\\(.)/gu, "$1");
    // The first of two equal names counts: the second one may be injected.
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
  }
  const extended = decodeExtendedValue(parameters.get("filename*") ?? "");
  return extended ?? (parameters.get("filename") || null);
}

/** RFC 8187 §3.2: `UTF-8'en'%e2%82%ac`. Other charsets than UTF-8 are not accepted, as the RFC allows. */
function decodeExtendedValue(value: string): string | null {
  const encoded = /^utf-8'[^']*'(.+)$/iu.exec(value)?.[1];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/**
 * A Content-Disposition that makes a browser save the body under the given name: an ASCII form for old readers
 * and the exact one as `filename*` (RFC 6266 §4.3, appendix D). No character of the name can end the header.
 */
export function formatAttachment(filename: string): string {
  const ascii = filename.replaceAll(/[^\x20-\x7e]|["\\%]/gu, "_");
  const encoded = encodeURIComponent(filename.replaceAll(/\p{Cs}/gu, "\ufffd")).replaceAll(
    NOT_ATTR_CHAR,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
