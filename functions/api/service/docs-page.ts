import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { STYLE } from "../page/page-style.ts";
import type { Answer, ApiDocument, Content, Operation, Parameter } from "./api-document.ts";
import { curlExamples } from "./curl-example.ts";
import { renderForm, renderSchema, schemaId } from "./render-schema.ts";

type Markup = ReturnType<typeof html>;

const DOCS_STYLE = `${STYLE}
.method { font-weight: 700; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--raised); border: 1px solid var(--line); border-radius: .375rem; padding: .6rem .8rem; margin: .5rem 0; }
caption { text-align: left; font-weight: 600; padding: .75rem 0 .25rem; }
nav ul { columns: 18rem; padding-left: 1.25rem; margin: .25rem 0 .75rem; }
.skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;

/** What the page is sent with: it loads nothing, runs nothing and is framed by nobody. */
export const DOCS_HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(DOCS_STYLE).digest("base64")}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

interface NamedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/**
 * The OpenAPI document as a page for people.
 *
 * @param origin scheme and host of the service, for the examples
 */
export function renderDocs(document: ApiDocument, origin: string): Markup {
  const groups = document.tags
    .map((tag) => ({ ...tag, operations: operationsOf(document).filter(({ operation }) => isOf(operation, tag.name)) }))
    .filter(({ operations }) => operations.length > 0);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API of hu01 ${document.info.version}</title>
<style>${raw(DOCS_STYLE)}</style>
</head>
<body>
<a class="skip" href="#operations">Skip the contents</a>
<header>
<h1>The API of hu01 ${document.info.version}</h1>
<p>${document.info.description} For programs: <a href="/v1/openapi.json">openapi.json</a>, OpenAPI ${document.openapi}.</p>
</header>
<nav aria-label="Contents">
${groups.map(({ name, operations }) => html`<h2>${name}</h2><ul>${operations.map(renderLink)}</ul>`)}
<p><a href="#access">Access</a> · <a href="#schemas">Schemas</a> · <a href="#problems">Problems</a></p>
</nav>
<main id="operations">
${groups.map(
  ({ name, description, operations }) => html`<section aria-labelledby="group-${name}">
<h2 id="group-${name}">${name}</h2><p>${description}</p>${operations.map((named) => renderOperation(named, origin))}</section>`,
)}
${renderWebhooks(document)}
${renderAccess(document)}
${renderSchemas(document)}
${renderProblems(document)}
</main>
</body>
</html>`;
}

function operationsOf({ paths }: ApiDocument): NamedOperation[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

function isOf({ tags = [] }: Operation, tag: string): boolean {
  return tags.includes(tag);
}

function renderLink({ method, path, operation }: NamedOperation): Markup {
  return html`<li><a href="#${operation.operationId}">${operation.summary}</a> <span class="quiet">${method} ${path}</span></li>`;
}

function renderOperation(named: NamedOperation, origin: string): Markup {
  const { method, path, operation } = named;
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  return html`<article id="${operationId}" aria-labelledby="${operationId}-name">
<h3 id="${operationId}-name">${summary}</h3>
<p><code><span class="method">${method}</span> ${path}</code> <span class="quiet">${operationId}</span></p>
${description === undefined ? "" : html`<p>${description}</p>`}
${parameters.length === 0 ? "" : renderParameters(parameters)}
${requestBody === undefined ? "" : html`<p>Body: ${renderContent(requestBody.content)}</p>`}
<div class="table"><table><caption>Answers</caption>
<thead><tr><th scope="col">Status</th><th scope="col">Meaning</th><th scope="col">Body</th></tr></thead>
<tbody>${Object.entries(responses).map(([status, answer]) => renderAnswer(status, answer))}</tbody></table></div>
${curlExamples(named, origin).map((example) => html`<pre><code>${example}</code></pre>`)}
</article>`;
}

function renderParameters(parameters: readonly Parameter[]): Markup {
  return html`<div class="table"><table><caption>Parameters</caption>
<thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Form</th><th scope="col">Meaning</th></tr></thead>
<tbody>${parameters.map(
    ({ name, in: place, required, schema = {}, description }) =>
      html`<tr><th scope="row"><code>${name}</code>${required ? html` <span class="quiet">required</span>` : ""}</th>
<td>${place}</td><td>${renderForm(schema)}</td><td>${description ?? schema.description ?? ""}</td></tr>`,
  )}</tbody></table></div>`;
}

function renderAnswer(status: string, { description, headers = {}, content = {} }: Answer): Markup {
  const names = Object.keys(headers);
  const codes = Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples));
  return html`<tr><th scope="row">${status}</th><td>${description}
${names.length === 0 ? "" : html`<br><span class="quiet">Headers: ${names.join(", ")}</span>`}
${codes.length === 0 ? "" : html`<br>${codes.map((code) => html`<a href="#${problemId(code)}"><code>${code}</code></a> `)}`}</td>
<td>${renderContent(content)}</td></tr>`;
}

function renderContent(content: Content): Markup {
  const forms = Object.entries(content).map(
    ([mediaType, { schema = {} }]) => html`<code>${mediaType}</code> ${renderForm(schema)} `,
  );
  return html`${forms}`;
}

function renderWebhooks({ webhooks = {} }: ApiDocument): Markup | string {
  const calls = Object.entries(webhooks).flatMap(([name, operations]) => {
    const methods = Object.entries(operations);
    return methods.map(([method, operation]) => ({ name, method: method.toUpperCase(), operation }));
  });
  if (calls.length === 0) return "";
  return html`<section aria-labelledby="webhooks"><h2 id="webhooks">Webhooks</h2>
${calls.map(
  ({ name, method, operation: { summary, description, parameters = [], requestBody } }) => html`<article>
<h3>${summary ?? name}</h3><p><code><span class="method">${method}</span></code> to the address that the job named</p>
<p>${description ?? ""}</p>${parameters.length === 0 ? "" : renderParameters(parameters)}
${requestBody === undefined ? "" : html`<p>Body: ${renderContent(requestBody.content)}</p>`}</article>`,
)}</section>`;
}

function renderAccess({ components: { securitySchemes } }: ApiDocument): Markup {
  return html`<section aria-labelledby="access"><h2 id="access">Access</h2>
<p>A service that only its own machine reaches asks nobody. Any other one wants one of these with every request:</p>
<dl>${Object.entries(securitySchemes).map(([name, { description }]) => html`<dt><code>${name}</code></dt><dd>${description}</dd>`)}</dl>
</section>`;
}

function renderSchemas({ components: { schemas } }: ApiDocument): Markup {
  const sorted = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  return html`<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>
${sorted.map(([name, schema]) => html`<article id="${schemaId(name)}"><h3>${name}</h3>${renderSchema(schema)}</article>`)}</section>`;
}

function renderProblems({ components: { examples } }: ApiDocument): Markup {
  const rows = Object.entries(examples).map(([name, { summary, value }]) => {
    const code = name.replace(".", "/");
    return html`<tr id="${problemId(code)}"><th scope="row"><a href="/v1/problems/${code}"><code>${code}</code></a></th>
<td>${summary}<details><summary>Example</summary><pre><code>${JSON.stringify(value, null, 2)}</code></pre></details></td></tr>`;
  });
  return html`<section aria-labelledby="problems"><h2 id="problems">Problems</h2>
<div class="table"><table><caption>Codes with which requests fail; jobs have more</caption>
<thead><tr><th scope="col">Code</th><th scope="col">Meaning</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function problemId(code: string): string {
  return `problem-${code.replace("/", "-")}`;
}
