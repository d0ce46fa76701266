import type { MediaType, Operation, Parameter } from "./api-document.ts";

/** What an example shows of an operation. */
export interface Exemplified {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const BINARY = "*/*";
/** What is asked for has a name of its own, under which it is saved. */
const SAVED = /\/files\/\{path\}$|\.(?:zip|ics|vcf)$/u;
const PLACEHOLDERS: Readonly<Record<string, string>> = { path: "mail/000001-a.eml", room: "jobs", slug: "not-found" };

/** Commands for a shell that call an operation: one for each form of its body, or the only one. */
export function curlExamples({ method, path, operation }: Exemplified, origin: string): string[] {
  const { parameters = [], requestBody, security } = operation;
  const words = ["curl"];
  if (method !== "GET" && (method !== "POST" || requestBody === undefined)) words.push(`-X ${method}`);
  if (SAVED.test(path)) words.push("-OJ");
  if (path.endsWith("/events")) words.push("-N");
  if (security?.length !== 0) words.push('-H "Authorization: Bearer $HU01_TOKEN"');
  const address = quote(origin + withValues(path, parameters));
  const bodies = Object.entries(requestBody?.content ?? {}).map(([mediaType, content]) => bodyOf(mediaType, content));
  if (bodies.length === 0) return [[...words, address].join(" ")];
  return bodies.map((body) => [...words, ...body, address].join(" "));
}

function bodyOf(mediaType: string, { example }: MediaType): string[] {
  if (mediaType === BINARY) return ["--data-binary @mail.hu01"];
  return [`-H ${quote(`Content-Type: ${mediaType}`)}`, `-d ${quote(JSON.stringify(example ?? {}))}`];
}

/** Ids are for the reader to put in; what a link of the service carries comes with the link. */
function withValues(path: string, parameters: readonly Parameter[]): string {
  const filled = path.replaceAll(/\{(\w+)\}/gu, (_whole, name: string) => PLACEHOLDERS[name] ?? name.toUpperCase());
  const required = parameters.filter((parameter) => parameter.in === "query" && parameter.required === true);
  if (required.length === 0) return filled;
  return `${filled}?${required.map(({ name }) => `${name}=${name.toUpperCase()}`).join("&")}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
