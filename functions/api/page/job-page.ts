import { html } from "hono/html";
import { ERRORS } from "../../../shared/errors.ts";
import type { ErrorRow } from "../files/error-rows.ts";
import type { FileView } from "../files/file-contract.ts";
import { FILE_KINDS, type FileKind } from "../files/file-kind.ts";
import type { JobView } from "../jobs/job-contract.ts";
import { countItems, formatSize, percentOf } from "./job-words.ts";
import { formatTime, renderBar, renderChip } from "./jobs-page.ts";
import { type Markup, renderPage } from "./page-shell.ts";

/** Up to some entries of a list. */
export interface Excerpt<T> {
  readonly entries: readonly T[];
  readonly hasMore: boolean;
}

/** A job and what to show of its result. */
export interface JobPageFacts {
  readonly job: JobView;
  readonly files: Excerpt<FileView>;
  readonly errors: Excerpt<ErrorRow>;
}

const KIND_TITLES: Readonly<Record<FileKind, string>> = {
  mail: "Mail",
  calendar: "Calendar",
  contact: "Contacts",
  task: "Tasks",
  note: "Notes",
  other: "Other parts",
  document: "Reports",
  pack: "Packed files",
};

/** One job: how far it is, its files, what went wrong, and what can be done with it. */
export function renderJobPage({ job, files, errors }: JobPageFacts): Markup {
  const isLive = job.finishedAt === null;
  const body = html`<nav><p><a href="/">All jobs</a></p></nav>
<main>
<h1>${job.source.filename}</h1>
<section id="job" aria-label="State" data-live="${isLive ? "job" : ""}" data-job="${job.links.self}">
${renderState(job)}
</section>
<section id="result">
${files.entries.length === 0 ? "" : renderFiles(job, files)}
${errors.entries.length === 0 ? "" : renderErrors(job, errors)}
</section>
<section id="actions" aria-label="Actions">${renderActions(job)}</section>
</main>`;
  return renderPage({ title: `hu01: ${job.source.filename}`, isLive, body });
}

function renderState({ status, progress, error, callback, createdAt, finishedAt }: JobView): Markup {
  const percent = percentOf(progress);
  return html`<p>${renderChip(status)}
${status === "running" ? html`${renderBar(progress)} <span id="percent">${percent ?? 0} %</span>` : ""}</p>
<dl id="counts" class="counts">
${countItems(progress).map(([name, count]) => html`<div><dt>${name}</dt><dd data-count="${name}">${count}</dd></div>`)}
</dl>
${error === null ? "" : renderError(error)}
<p class="quiet">Begun ${formatTime(createdAt)}${finishedAt === null ? "" : `, ended ${formatTime(finishedAt)}`}.
${callback === null ? "" : renderCallback(callback)}</p>`;
}

function renderError({ code, message }: NonNullable<JobView["error"]>): Markup {
  return html`<div class="problem"><p>${message} ${remedyOf(code)}</p><p class="quiet">Code: <code>${code}</code></p></div>`;
}

function renderCallback({ state, attempts }: NonNullable<JobView["callback"]>): string {
  const words = { pending: "is to be sent", delivered: "was delivered", given_up: "was given up" } as const;
  return `The message to the callback ${words[state]} (attempts: ${attempts.length}).`;
}

function renderFiles({ links }: JobView, { entries, hasMore }: Excerpt<FileView>): Markup {
  const kinds = FILE_KINDS.filter((kind) => entries.some((file) => file.kind === kind));
  const has = (kind: FileKind) => kinds.includes(kind);
  return html`<h2>Result</h2>
<p class="actions"><a class="button" href="${links.archive}">All as ZIP</a>
${has("calendar") || has("task") ? html`<a class="button" href="${links.calendar}">All events as one calendar</a>` : ""}
${has("contact") ? html`<a class="button" href="${links.contacts}">All contacts as one address book</a>` : ""}</p>
${kinds.map((kind) => renderKind(kind, entries))}
${hasMore ? html`<p>There are more: <a href="${links.files}">the whole list</a>, or all as ZIP.</p>` : ""}`;
}

function renderKind(kind: FileKind, files: readonly FileView[]): Markup {
  const ofKind = files.filter((file) => file.kind === kind);
  return html`<h3>${KIND_TITLES[kind]} (${ofKind.length})</h3>
<ul class="files">${ofKind.map(
    ({ path, url, size }) => html`<li><a href="${url}">${path}</a> <span class="quiet">${formatSize(size)}</span></li>`,
  )}</ul>`;
}

function renderErrors({ links }: JobView, { entries, hasMore }: Excerpt<ErrorRow>): Markup {
  return html`<h2>What was lost, guessed or repaired</h2>
<div class="table" tabindex="0" role="region" aria-label="What was lost, guessed or repaired"><table>
<thead><tr><th scope="col">What happened</th><th scope="col">To</th><th scope="col">Where</th><th scope="col">Code</th></tr></thead>
<tbody>${entries.map(renderErrorRow)}</tbody>
</table></div>
<p>${hasMore ? "There is more. " : ""}<a href="${links.errors}?format=csv">The whole list as CSV</a></p>`;
}

function renderErrorRow({ severity, code, meaning, title, path, archiveOffset, missingBytes }: ErrorRow): Markup {
  const lost = missingBytes === null || missingBytes === 0 ? "" : `${formatSize(missingBytes)} missing `;
  const place = archiveOffset === null ? "" : `at byte ${archiveOffset}`;
  const word = severity === "error" ? "Lost" : "Note";
  return html`<tr><td><strong>${word}:</strong> ${meaning} ${severity === "error" ? remedyOf(code) : ""}</td>
<td>${title ?? path ?? "the archive"}</td><td>${lost}${place}</td><td><code>${code}</code></td></tr>`;
}

/** Plain forms, which do what they say without script too. */
function renderActions({ id, status, finishedAt }: JobView): Markup {
  const action = (name: string) => `/jobs/${encodeURIComponent(id)}/${name}`;
  if (finishedAt === null) {
    return html`<div class="actions"><form method="post" action="${action("cancel")}"><button id="cancel">Cancel</button></form></div>`;
  }
  const mayRetry = status !== "succeeded" && status !== "expired";
  return html`<div class="actions">
${mayRetry ? html`<form method="post" action="${action("retry")}"><button id="retry">Try again</button></form>` : ""}
<details id="deleting"><summary>Delete…</summary>
<p>The archive, its files and this record go for good.</p>
<form method="post" action="${action("delete")}"><button id="delete" class="danger">Delete it all</button></form>
</details></div>`;
}

function remedyOf(code: string): string {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as keyof typeof ERRORS].remedy : "";
}
