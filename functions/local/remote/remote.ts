import * as z from "zod";
import { type Client, type ClientOptions, createClient } from "../../api/client/client.ts";
import { LocalError } from "../local-error.ts";
import { expectSuccess } from "./remote-problem.ts";
import { retrying } from "./retrying.ts";

/** A service somewhere else, and what ends all that is asked of it. */
export interface Remote {
  readonly client: Client;
  readonly signal: AbortSignal;
}

/** Where a service is and how to be let in. */
export interface RemoteAddress {
  /** http: or https:, with or without a path before `/v1`. */
  readonly url: string;
  readonly token?: string | undefined;
}

/**
 * Opens a service. Requests are sent again when they fail (see `retrying`), those that stream a body excepted.
 *
 * @throws LocalError cli/usage for what is no address of a service
 */
export function openRemote({ url, token }: RemoteAddress, signal: AbortSignal): Remote {
  const send: typeof fetch = (input, init = {}) => {
    const once = () => fetch(input, { signal, ...init });
    if (init.body instanceof ReadableStream) return once();
    return retrying(once, { signal });
  };
  return { client: createClient(checkUrl(url), { ...toClientOptions(token), fetch: send }), signal };
}

/**
 * Makes sure that the service is there and lets this program in, before anything is sent to it.
 *
 * @throws LocalError cli/remote-unreachable at once, without another try
 * @throws ArchiveError api/unauthenticated, cli/remote-answer
 */
export async function greet(address: RemoteAddress, signal: AbortSignal): Promise<void> {
  const { fetchLink } = createClient(checkUrl(address.url), toClientOptions(address.token));
  const ask = () => fetchLink("/v1/jobs?limit=1", { signal });
  await readJson(await retrying(ask, { signal, maxTries: 1 }), z.object({ jobs: z.array(z.unknown()) }));
}

/**
 * The JSON of a successful answer.
 *
 * @throws ArchiveError what the service says when it is no success
 * @throws LocalError cli/remote-answer when it has another form
 */
export async function readJson<Schema extends z.ZodType>(answer: Response, schema: Schema): Promise<z.output<Schema>> {
  const body: unknown = await (await expectSuccess(answer)).json().catch(() => null);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new LocalError("cli/remote-answer", "The address answers, but not as a service of hu01 does.", {
    details: { status: answer.status },
  });
}

/** The options of a client that knows a token, or none. */
export function toClientOptions(token: string | undefined): ClientOptions {
  return token === undefined ? {} : { token };
}

function checkUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new LocalError("cli/usage", "The address of the service is not like https://HOST or http://HOST:PORT.");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new LocalError("cli/usage", "The address of the service has no user, no ? and no #; see --token.");
  }
  return url.href;
}
