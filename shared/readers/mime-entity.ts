import { decodeEncodedWords } from "../bytes/encoded-words.ts";
import { firstField, parseHeaderFields } from "./header-fields.ts";
import { type ParameterizedHeader, parameter, parseParameterizedHeader, rawParameter } from "./header-parameters.ts";

/** What the header of a MIME entity says about its body. */
export interface MimeEntity {
  /** IMAP-style part number ("2.1"). */
  readonly number: string;
  /** Lower-case, for example `text/calendar`. */
  readonly mediaType: string;
  /** Lower-case content transfer encoding; "7bit" when there is none. */
  readonly encoding: string;
  readonly charset: string | null;
  /** The `method` and `profile` parameters of Content-Type. */
  readonly method: string | null;
  readonly profile: string | null;
  /** Decoded attachment name, or null. */
  readonly fileName: string | null;
  /** Delimiter of a multipart as a binary string, or null. */
  readonly boundary: string | null;
}

/** Longest boundary that is believed; RFC 2046 5.1.1 allows 70. */
const MAX_BOUNDARY_CHARS = 1000;
/** A longer file name is cut: it is told in the manifest, and its message keeps it whole. */
const MAX_NAME_CHARS = 1000;

/**
 * Reads what matters of a header block (without its blank line).
 *
 * @param defaultMediaType what an entity without Content-Type is: `message/rfc822` in a digest, else `text/plain`
 */
export function parseMimeEntity(headerBlock: Uint8Array, number: string, defaultMediaType: string): MimeEntity {
  const fields = parseHeaderFields(headerBlock);
  const contentType = parseParameterizedHeader(firstField(fields, "content-type") ?? defaultMediaType);
  const disposition = parseParameterizedHeader(firstField(fields, "content-disposition") ?? "");
  const encoding = parseParameterizedHeader(firstField(fields, "content-transfer-encoding") ?? "7bit");
  const boundary = rawParameter(contentType, "boundary");
  return {
    number,
    mediaType: cleanMediaType(contentType, defaultMediaType),
    encoding: encoding.value,
    charset: parameter(contentType, "charset"),
    method: parameter(contentType, "method"),
    profile: parameter(contentType, "profile"),
    fileName: (parameter(disposition, "filename") ?? parameter(contentType, "name"))?.slice(0, MAX_NAME_CHARS) ?? null,
    boundary: boundary !== null && boundary.length > 0 && boundary.length <= MAX_BOUNDARY_CHARS ? boundary : null,
  };
}

function cleanMediaType(contentType: ParameterizedHeader, defaultMediaType: string): string {
  const value = decodeEncodedWords(contentType.value).replace(/\s+/g, "");
  return value.includes("/") ? value : defaultMediaType;
}
