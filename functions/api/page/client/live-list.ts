import { tellNews } from "./news.ts";
import { refreshPage } from "./refresh.ts";

const ACTIVE_MILLIS = 1_500;
/** Archives also come through the inbox, of which this page hears nothing. */
const IDLE_MILLIS = 10_000;

/**
 * Keeps the list of jobs as it is. By asking, not by events: a browser has six connections to a host, and a list may
 * have fifty jobs.
 *
 * @returns looks at once
 */
export function followList(): () => void {
  let timer = 0;
  const look = async () => {
    clearTimeout(timer);
    const before = endedJobs();
    if (!document.hidden) await refreshPage();
    for (const [id, words] of endedJobs()) if (!before.has(id)) tellNews(words);
    const isLive = document.getElementById("jobs")?.dataset.live === "list";
    timer = window.setTimeout(look, isLive ? ACTIVE_MILLIS : IDLE_MILLIS);
  };
  document.addEventListener("visibilitychange", () => void look());
  timer = window.setTimeout(look, ACTIVE_MILLIS);
  return () => void look();
}

/** What is to be said of each job that has ended. */
function endedJobs(): ReadonlyMap<string, string> {
  const ended = [...document.querySelectorAll("#jobs article")].filter(
    (job) => job.querySelector(".chip:is(.running, .queued, .awaiting_upload)") === null,
  );
  const textOf = (job: Element, part: string) => job.querySelector(part)?.textContent ?? "";
  return new Map(ended.map((job) => [job.id, `${textOf(job, "h3")}: ${textOf(job, ".chip")}`]));
}
