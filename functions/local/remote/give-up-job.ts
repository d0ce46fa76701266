import { createClient } from "../../api/client/client.ts";
import { type RemoteAddress, toClientOptions } from "./remote.ts";

const PATIENCE_MILLIS = 5_000;

/**
 * Asks a service not to go on with a job whose result nobody will fetch, its upload included. As far as it can be done
 * in seconds: a service that cannot be reached is why jobs are given up in the first place.
 */
export async function giveUpJob({ url, token }: RemoteAddress, id: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MILLIS);
  const { fetchLink } = createClient(url, toClientOptions(token));
  const job = `/v1/jobs/${encodeURIComponent(id)}`;
  const ask = async (link: string, method: string) => {
    const { ok, body } = await fetchLink(link, { method, signal });
    await body?.cancel();
    return ok;
  };
  try {
    const isGone = await ask(`${job}/upload`, "DELETE");
    if (!isGone) await ask(`${job}/cancel`, "POST");
  } catch {
    // The job goes on, or its upload expires.
  }
}
