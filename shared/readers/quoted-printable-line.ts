import { binaryBytes, binaryString } from "../bytes/binary-string.ts";
import { decodeBinaryText } from "../bytes/decode-text.ts";
import { decodeQuotedPrintable } from "../bytes/transfer-encoding.ts";
import { type ContentLine, contentParameter, withoutParameters } from "./content-line.ts";

/** A content line whose value is decoded: raw text, in which line breaks are real ones. */
export interface DecodedLine {
  readonly line: ContentLine;
  /** True when the value was quoted-printable, so that it may hold line breaks. */
  readonly wasQuotedPrintable: boolean;
  readonly guessed: boolean;
}

/**
 * Undoes what vCard 2.1 and vCalendar 1.0 may do to a value: `ENCODING=QUOTED-PRINTABLE` and `CHARSET=`, both of
 * which are taken off the line. Other lines are decoded with the charset of their text.
 *
 * @param line parsed from a binary string
 */
export function decodeContentLine(line: ContentLine, charset: string): DecodedLine {
  const wasQuotedPrintable = isQuotedPrintable(line);
  const bytes = wasQuotedPrintable ? binaryString(decodeQuotedPrintable(binaryBytes(line.value))) : line.value;
  const stated = contentParameter(line, "CHARSET");
  const { text, guessed } = decodeBinaryText(bytes, stated ?? charset);
  const parameters = withoutParameters(line, wasQuotedPrintable ? ["CHARSET", "ENCODING"] : ["CHARSET"])
    .parameters.filter(({ name, value }) => name !== null || !/^quoted-printable$/i.test(value))
    .map(({ name, value }) => ({ name, value: decodeBinaryText(value, charset).text }));
  return { line: { ...line, parameters, value: text }, wasQuotedPrintable, guessed };
}

/** True for `ENCODING=QUOTED-PRINTABLE` and for the bare parameter of vCard 2.1. */
function isQuotedPrintable(line: ContentLine): boolean {
  return line.parameters.some(
    ({ name, value }) => (name === null || name === "ENCODING") && /^quoted-printable$/i.test(value),
  );
}
