import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { SCRIPT } from "./page-script.ts";
import { STYLE } from "./page-style.ts";

/** A piece of a page, with everything in it escaped that has to be. */
export type Markup = ReturnType<typeof html>;

export interface PageContent {
  readonly title: string;
  /** True while something changes: without script the page then loads itself again every other second. */
  readonly isLive: boolean;
  readonly body: Markup;
}

/** What every page is sent with: it may run its one script, talk to this service, and do nothing else. */
export const PAGE_HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    `script-src ${hashOf(SCRIPT)}`,
    `style-src ${hashOf(STYLE)}`,
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  // Not no-referrer: a browser would send forms with the origin "null", which the local guard cannot tell from others.
  "referrer-policy": "same-origin",
  "cache-control": "no-store",
};

/** A whole page. */
export function renderPage({ title, isLive, body }: PageContent): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${isLive ? html`<noscript><meta http-equiv="refresh" content="2"></noscript>` : ""}
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
${body}
<p id="news" class="hidden" role="status" aria-live="polite"></p>
<script type="module">${raw(SCRIPT)}</script>
</body>
</html>`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
