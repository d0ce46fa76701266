import { lookup as lookupInDns } from "node:dns/promises";
import { type ClientRequest, request as requestByHttp } from "node:http";
import { request as requestByHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { CallbackError } from "../../../shared/errors.ts";
import { checkCallbackUrl, hostOf } from "./callback-url.ts";
import { type CallbackPolicy, isCallable, isLoopbackAddress } from "./public-address.ts";

/** An address of a host. */
export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

export interface CallbackPosterOptions {
  readonly policy: CallbackPolicy;
  /** For the whole attempt: name, connection, answer. */
  readonly timeoutMillis?: number;
  /** All addresses of a host; those of the system's resolver when absent. */
  readonly lookup?: (host: string) => Promise<readonly HostAddress[]>;
  /** Authorities to trust in the place of the usual ones, as PEM. */
  readonly ca?: string;
}

/** A message and where it goes. */
interface CallbackPost {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends a message and gives back the status of the answer, whose headers may have 16 KiB and whose body is not read.
 *
 * @throws CallbackError callbacks/url-refused, callbacks/address-refused, callbacks/unreachable, callbacks/timed-out
 */
export type PostCallback = (post: CallbackPost) => Promise<number>;

const TIMEOUT_MILLIS = 10_000;
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Makes what sends callbacks. The host's addresses are asked for once, all of them are checked, and the connection goes
 * to those very addresses: a name that leads elsewhere a moment later leads nowhere. Redirects are not followed, so no
 * other address is ever called; and no connection is kept for the next message.
 */
export function createCallbackPoster(options: CallbackPosterOptions): PostCallback {
  const { policy, timeoutMillis = TIMEOUT_MILLIS, lookup = lookupAll } = options;
  return async (post) => {
    const signal = AbortSignal.timeout(timeoutMillis);
    const url = checkCallbackUrl(post.url, policy);
    try {
      const addresses = await addressesOf(url, lookup, signal);
      refuseOthers(url, addresses, policy);
      return await send(post, { url, addresses, signal, ...(options.ca === undefined ? {} : { ca: options.ca }) });
    } catch (cause) {
      if (cause instanceof CallbackError) throw cause;
      throw new CallbackError(signal.aborted ? "callbacks/timed-out" : "callbacks/unreachable", undefined, { cause });
    }
  };
}

async function lookupAll(host: string): Promise<readonly HostAddress[]> {
  return await lookupInDns(host, { all: true });
}

async function addressesOf(
  url: URL,
  lookup: NonNullable<CallbackPosterOptions["lookup"]>,
  signal: AbortSignal,
): Promise<readonly HostAddress[]> {
  const host = hostOf(url);
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const addresses = await Promise.race([lookup(host), rejectWhen(signal)]);
  if (addresses.length === 0) throw new CallbackError("callbacks/unreachable");
  return addresses;
}

function rejectWhen(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** One bad address is enough: whoever mixes them has something in mind. */
function refuseOthers({ protocol }: URL, addresses: readonly HostAddress[], policy: CallbackPolicy): void {
  const isFit = ({ address }: HostAddress) =>
    isCallable(address, policy) && (protocol === "https:" || isLoopbackAddress(address));
  if (!addresses.every(isFit)) throw new CallbackError("callbacks/address-refused");
}

interface Route {
  readonly url: URL;
  readonly addresses: readonly HostAddress[];
  readonly signal: AbortSignal;
  readonly ca?: string;
}

function send({ body, headers }: CallbackPost, { url, addresses, signal, ca }: Route): Promise<number> {
  const pinned: LookupFunction = (_host, { all }, callback) => {
    const [first = { address: "", family: 0 }] = addresses;
    if (all === true) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
  return new Promise((resolve, reject) => {
    const request: ClientRequest = (url.protocol === "https:" ? requestByHttps : requestByHttp)(url, {
      method: "POST",
      agent: false,
      lookup: pinned,
      signal,
      maxHeaderSize: MAX_HEADER_BYTES,
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      ...(ca === undefined ? {} : { ca }),
    });
    request.on("response", (response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    request.on("error", reject);
    request.end(body);
  });
}
