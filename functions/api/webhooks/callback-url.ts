import { isIP } from "node:net";
import { CallbackError } from "../../../shared/errors.ts";
import { type CallbackPolicy, isCallable, isLoopbackAddress } from "./public-address.ts";

/** Below are mail, directories, shells: services that would take a request of HTTP for something else. */
const FIRST_FREE_PORT = 1024;
const LOCAL_NAMES = /(^|\.)localhost$/u;

/**
 * Checks a callback's address as far as it says itself where it leads. What its name leads to is checked when it is
 * called.
 *
 * @throws CallbackError callbacks/url-refused, callbacks/address-refused
 */
export function checkCallbackUrl(text: string, policy: CallbackPolicy): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw refused("The callback URL is no absolute URL.");
  const host = hostOf(url);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && policy.allowPrivate && isLocalHost(host)))
    throw refused(`The callback URL has the scheme ${url.protocol.slice(0, -1)}; it has to be https.`);
  if (url.username !== "" || url.password !== "") throw refused("The callback URL holds credentials.");
  if (url.port !== "" && Number(url.port) < FIRST_FREE_PORT)
    throw refused(`The callback URL names the port ${url.port}.`);
  if (isIP(host) === 0 ? isLocalHost(host) && !policy.allowPrivate : !isCallable(host, policy))
    throw new CallbackError("callbacks/address-refused");
  return url;
}

/** The host of a URL as DNS and sockets take it: IPv6 without brackets, no dot at the end. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/u, "$1").replace(/\.$/u, "");
}

/** True for a name or an address that says itself that it is of this machine. */
function isLocalHost(host: string): boolean {
  return isIP(host) === 0 ? LOCAL_NAMES.test(host) : isLoopbackAddress(host);
}

function refused(message: string): CallbackError {
  return new CallbackError("callbacks/url-refused", message);
}
