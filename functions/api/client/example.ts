import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "./client.ts";

/** A file that a job has made. */
export interface ResultFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * An example of the client: sends an archive, waits for its job, and downloads what it has made.
 *
 * @param token what the service wants to be told, if it does
 */
export async function convertWithService(
  baseUrl: string,
  archive: Uint8Array<ArrayBuffer>,
  token?: string,
): Promise<ResultFile[]> {
  const { api, fetchLink } = createClient(baseUrl, token === undefined ? {} : { token });

  // Sent again with the same key, it still makes one job.
  const header = { "idempotency-key": crypto.randomUUID() };
  const json = { filename: "mail.hu01", size: archive.length };
  const created = await api.v1.jobs.$post({ query: {}, header, json });
  if (created.status !== 201) throw new Error(`The job was not made: ${created.status}.`);
  const { id, upload } = await created.json();
  // Up to 100 MB; larger files have upload.parts, and are completed by POST …/upload/complete.
  const sent = await fetchLink(upload.url ?? "", { method: "PUT", headers: upload.headers, body: archive });
  if (!sent.ok) throw new Error(`The archive was not taken: ${sent.status}.`);

  let status: string;
  let finishedAt: string | null;
  do {
    await sleep(500);
    const answer = await api.v1.jobs[":id"].$get({ param: { id } });
    if (answer.status !== 200) throw new Error(`The job cannot be followed: ${answer.status}.`);
    ({ status, finishedAt } = await answer.json());
  } while (finishedAt === null);
  if (status !== "succeeded" && status !== "succeeded_with_errors") throw new Error(`The job is ${status}.`);

  const list = await api.v1.jobs[":id"].files.$get({ param: { id }, query: { limit: "1000" } });
  if (list.status !== 200) throw new Error(`The files cannot be listed: ${list.status}.`);
  const { files } = await list.json();
  return await Promise.all(
    files.map(async ({ path, url }) => ({ path, bytes: new Uint8Array(await (await fetchLink(url)).arrayBuffer()) })),
  );
}
