import { escapeText } from "../mapping/content-value.ts";
import { type ContentParameter, formatContentLine, parseContentLine } from "./content-line.ts";

/** `[group.]name *(;name=value *(,value)) :` of RFC 5545 3.1 and RFC 6350 3.3. */
const WELL_FORMED =
  /^(?:[A-Za-z0-9-]+\.)?[A-Za-z0-9-]+(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]+)(?:,(?:"[^"]*"|[^";:,]+))*)*:/;

const NAME = /^[A-Za-z0-9-]+$/;

/**
 * Makes a content line one that every importer can parse, since many refuse a whole file for one bad line: control
 * characters go, bare parameters are taken for types, quotes are set right. A line that is beyond that is kept as the
 * text of an `X-HU01-MALFORMED` property. A good line is returned as it is.
 */
export function repairLine(line: string): string {
  const clean = line.replace(/(?!\t)\p{Cc}/gu, "");
  if (WELL_FORMED.test(clean)) return clean;
  const parsed = parseContentLine(clean);
  const isNamed = NAME.test(parsed.name) && (parsed.group === null || NAME.test(parsed.group));
  const parameters = parsed.parameters.flatMap(repairParameter);
  const repaired = formatContentLine({ ...parsed, parameters });
  if (isNamed && clean.includes(":") && WELL_FORMED.test(repaired)) return repaired;
  return malformedLine(clean);
}

/** A line that no importer must take for what it seems to be, kept as text. */
export function malformedLine(line: string): string {
  return `X-HU01-MALFORMED:${escapeText(line)}`;
}

function repairParameter({ name, value }: ContentParameter): readonly ContentParameter[] {
  if (value === "" || (name !== null && !NAME.test(name))) return [];
  const isSound = /^(?:"[^"]*"|[^";:,]+)(?:,(?:"[^"]*"|[^";:,]+))*$/.test(value);
  return [{ name: name ?? "TYPE", value: isSound ? value : `"${value.replaceAll('"', "'")}"` }];
}
