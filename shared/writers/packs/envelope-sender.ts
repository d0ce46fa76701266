import { binaryString } from "../../bytes/binary-string.ts";

/** In this order; the first that holds an address counts. */
const FIELDS = ["return-path", "sender", "from"];
/** What stands for no sender, as mail programs write it. */
const NOBODY = "MAILER-DAEMON";
/** Printable US-ASCII without a space: the address ends at the first space of the From_ line. */
const ADDRESS = /^[!-;=?-~]{1,250}@[!-;=?-~]{1,250}$/;

/**
 * The sender for a message's From_ line (RFC 4155): from Return-Path, Sender or From, else `MAILER-DAEMON`.
 *
 * @param head the beginning of the message
 */
export function envelopeSender(head: Uint8Array): string {
  const fields = headFields(binaryString(head));
  for (const name of FIELDS) {
    const address = addressIn(fields.get(name) ?? "");
    if (address !== null) return address;
  }
  return NOBODY;
}

/** The first field of each of those names, unfolded. */
function headFields(head: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let current: string | null = null;
  for (const line of head.split(/\r?\n/)) {
    if (line === "") break;
    if (line.startsWith(" ") || line.startsWith("\t")) {
      if (current !== null) fields.set(current, `${fields.get(current)} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    current = FIELDS.includes(name) && !fields.has(name) ? name : null;
    if (current !== null) fields.set(current, line.slice(colon + 1).trim());
  }
  return fields;
}

/** The address between angle brackets, else the first word that is one. */
function addressIn(field: string): string | null {
  const open = field.indexOf("<");
  const close = field.indexOf(">", open);
  if (open >= 0 && close > open) {
    const inner = field.slice(open + 1, close).trim();
    if (ADDRESS.test(inner)) return inner;
  }
  return field.split(/[\s,;<>()]+/).find((word) => ADDRESS.test(word)) ?? null;
}
