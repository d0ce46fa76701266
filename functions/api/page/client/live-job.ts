import type { JobProgress } from "../../../../shared/job-progress.ts";
import { countItems, percentOf } from "../job-words.ts";
import { tellNews } from "./news.ts";
import { refreshPage } from "./refresh.ts";

const POLL_MILLIS = 2_000;

/** Follows the job of the page: by its events, or by asking again and again where there are none. */
export function followJob(url: string): void {
  const events = new EventSource(`${url}/events`);
  // What is told while the page is fetched anew, which may have been made before that.
  let since: JobProgress | null = null;
  events.addEventListener("state", async () => {
    since = null;
    await refreshPage();
    if (since !== null) showProgress(since);
  });
  events.addEventListener("progress", ({ data }) => {
    since = JSON.parse(data) as JobProgress;
    showProgress(since);
  });
  events.addEventListener("done", () => {
    events.close();
    void showEnd();
  });
  events.addEventListener("error", () => {
    // While it connects again by itself there is nothing to do; closed means that the answer was no stream.
    if (events.readyState === EventSource.CLOSED) void pollJob(url, null);
  });
}

async function pollJob(url: string, etag: string | null): Promise<void> {
  const headers: HeadersInit = etag === null ? {} : { "if-none-match": etag };
  const answer = await fetch(url, { headers, cache: "no-store" }).catch(() => null);
  if (answer?.status === 404) return void refreshPage();
  let known = etag;
  if (answer?.ok) {
    const { progress, finishedAt } = (await answer.json()) as { progress: JobProgress; finishedAt: string | null };
    if (finishedAt !== null) return await showEnd();
    if (known === null) await refreshPage();
    known = answer.headers.get("etag");
    showProgress(progress);
  }
  setTimeout(() => void pollJob(url, known), POLL_MILLIS);
}

function showProgress(progress: JobProgress): void {
  for (const [name, count] of countItems(progress)) {
    const place = document.querySelector(`[data-count="${name}"]`);
    if (place !== null) place.textContent = String(count);
  }
  const percent = percentOf(progress);
  const bar = document.querySelector<HTMLProgressElement>("#job progress");
  if (percent === null || bar === null) return;
  bar.value = percent;
  const words = document.getElementById("percent");
  if (words !== null) words.textContent = `${percent} %`;
}

async function showEnd(): Promise<void> {
  await refreshPage();
  tellNews(`The job has ended: ${document.querySelector("#job .chip")?.textContent ?? ""}`);
}
