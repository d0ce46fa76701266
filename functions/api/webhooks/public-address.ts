import ipaddr from "ipaddr.js";

/** Which addresses may be called. */
export interface CallbackPolicy {
  /** Also this machine and private networks. For a service whose users are those who run it. */
  readonly allowPrivate: boolean;
}

/** What every service does that is not told otherwise. */
export const PUBLIC_ONLY: CallbackPolicy = { allowPrivate: false };

/** Answers from inside of Azure's machines, although no registry marks it as special. */
const NOT_PUBLIC: ReadonlySet<string> = new Set(["168.63.129.16"]);
/** IPv6 assigns global addresses from 2000::/3 only (RFC 4291 §2.4, IANA). */
const GLOBAL_FIRST_BYTES = { from: 0x20, to: 0x3f } as const;
/** Metadata of clouds is link-local and stays refused; so is whatever is no single host. */
const PRIVATE_RANGES: ReadonlySet<string> = new Set(["private", "loopback", "uniqueLocal", "carrierGradeNat"]);

/**
 * True for an address that anybody on the Internet reaches. Ranges that embed an IPv4 address (mapped, NAT64, 6to4,
 * Teredo) are refused whatever they embed.
 *
 * @param address as DNS or the parser of URLs gives it, IPv6 without brackets
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parseAddress(address);
  if (parsed === null || parsed.range() !== "unicast" || NOT_PUBLIC.has(parsed.toString())) return false;
  if (parsed.kind() === "ipv4") return true;
  const first = parsed.toByteArray()[0] ?? 0;
  return first >= GLOBAL_FIRST_BYTES.from && first <= GLOBAL_FIRST_BYTES.to;
}

/** True for an address that the policy lets call. */
export function isCallable(address: string, { allowPrivate }: CallbackPolicy): boolean {
  if (isPublicAddress(address)) return true;
  const parsed = parseAddress(address);
  // What is mapped reaches the IPv4 address itself.
  return allowPrivate && parsed !== null && PRIVATE_RANGES.has(ipaddr.process(parsed.toString()).range());
}

/** True for an address of this machine itself. */
export function isLoopbackAddress(address: string): boolean {
  const parsed = parseAddress(address);
  return parsed !== null && ipaddr.process(parsed.toString()).range() === "loopback";
}

/** Null for a zone id, too: it names an interface of this machine. */
function parseAddress(address: string) {
  if (address.includes("%")) return null;
  try {
    return ipaddr.parse(address);
  } catch {
    return null;
  }
}
