import { relative } from "node:path";
import type { Job } from "../../shared/job.ts";
import type { FileView } from "../api/files/file-contract.ts";
import type { DataFolder } from "./data-folder.ts";

/** A job that has ended, and the files it gave. */
export interface EndedJob {
  readonly job: Job;
  readonly files: readonly FileView[];
}

/** Where the service answers, and the token without which it does not; null where none is needed. */
export interface Address {
  readonly url: string;
  readonly token: string | null;
}

/** What the terminal shows when the service has started. */
export function renderWelcome({ url, token }: Address, data: DataFolder, sample: EndedJob | null): string {
  const here = (path: string) => (relative(".", path).startsWith("..") ? path : relative(".", path));
  const curl = token === null ? "curl" : `curl -H 'Authorization: Bearer ${token}'`;
  return `
hu01 listens on ${url}

  Put archives into   ${here(data.inbox)}
  Results appear in   ${here(data.results)}
  Web page            ${url}/${token === null ? "" : `?token=${token}`}
  API description     ${url}/docs

${sample === null ? "" : renderSample(url, curl, sample)}Try:
  ${curl} ${url}/v1/jobs
  ${curl} --data-binary @FILE.hu01 '${url}/v1/jobs?filename=FILE.hu01'

Ctrl+C stops the service; what is unfinished goes on at the next start.

`;
}

/** One line for a job that has ended. */
export function renderEnd({ source, status, progress: { items }, error, id }: Job, url: string): string {
  const name = visible(source.filename);
  if (error !== null) return `${name}: ${status}: ${error.message} (${error.code})\n`;
  const counts = `${items.mail} mail, ${items.calendar} calendar, ${items.contact} contact`;
  return `${name}: ${status.replaceAll("_", " ")}: ${counts} -> ${url}/v1/jobs/${id}/files\n`;
}

function renderSample(url: string, curl: string, { job, files }: EndedJob): string {
  const lines = files.map((file) => `  ${curl} -OJ ${url}${file.url}\n`).join("");
  return `The made-up sample is converted:\n  ${renderEnd(job, url)}${lines}\n`;
}

/** A file name cannot speak to the terminal. */
function visible(name: string): string {
  return name.replaceAll(/\p{C}/gu, "?");
}
