import { decodeEntities } from "./html-entities.ts";

/** Elements that begin and end a line of their own. */
const BLOCKS = new Set(
  (
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr " +
    "html li main nav ol p pre section table tbody tfoot thead tr ul"
  ).split(" "),
);

/** Elements whose content is never shown. */
const HIDDEN = new Set(["head", "script", "style", "template", "title"]);

/** A tag with its attributes. */
const TAG = /^<(\/?)([a-z][a-z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/i;

/** Longest tag that is taken apart; a longer one, or one whose quotes do not match, ends at the next `>`. */
const MAX_TAG_CHARS = 4096;

/** What is shown of an HTML document, as text with LF between lines. Never throws, whatever the markup. */
export function htmlText(html: string): string {
  const page = new TextPage();
  let at = 0;
  while (at < html.length) {
    const open = nextMarkup(html, at);
    page.text(html.slice(at, open));
    if (open === html.length) break;
    at = readMarkup(html, open, page);
  }
  return page.end();
}

/** Where the next tag, comment or declaration begins; any other `<` is text. */
function nextMarkup(html: string, from: number): number {
  const start = /<[a-z/!?]/gi;
  start.lastIndex = from;
  return start.exec(html)?.index ?? html.length;
}

/** @returns where the markup that begins at `open` ends */
function readMarkup(html: string, open: number, page: TextPage): number {
  if (html.startsWith("<!--", open)) return endAfter(html, "-->", open + 4);
  if (html[open + 1] === "!" || html[open + 1] === "?") return endAfter(html, ">", open + 2);
  const match = TAG.exec(html.slice(open, open + MAX_TAG_CHARS));
  if (match === null) return endAfter(html, ">", open + 1);
  const [tag, slash = "", name = "", attributes = ""] = match;
  const end = open + tag.length;
  const element = name.toLowerCase();
  if (slash !== "") page.close(element);
  else if (HIDDEN.has(element)) return page.isEndless(element) ? end : endOfHidden(html, element, end, page);
  else page.open(element, attributes);
  return end;
}

function endAfter(html: string, text: string, from: number): number {
  const at = html.indexOf(text, from);
  return at === -1 ? html.length : at + text.length;
}

/** Head ends at body too, whose start closes it. What never ends hides nothing. */
function endOfHidden(html: string, element: string, from: number, page: TextPage): number {
  const end = element === "head" ? /<\/head\s*>|<body\b/gi : new RegExp(`</${element}\\s*>`, "gi");
  end.lastIndex = from;
  const found = end.exec(html);
  if (found !== null) return found.index;
  page.markEndless(element);
  return from;
}

/** Collects text the way a page is laid out: blanks collapse, blocks stand on lines of their own. */
class TextPage {
  readonly #pieces: string[] = [];
  #lineIsEmpty = true;
  #blankPending = false;
  #preDepth = 0;
  /** Hidden elements that are known to end nowhere: not looked for again, or it would take the square of the time. */
  readonly #endless = new Set<string>();
  #link: { readonly address: string; readonly from: number } | null = null;

  text(raw: string): void {
    const text = decodeEntities(raw);
    if (this.#preDepth > 0) this.#preformatted(text);
    else this.#words(text);
  }

  #words(text: string): void {
    for (const [i, word] of text.split(/[ \t\r\n\f]+/).entries()) {
      if (i > 0) this.#blankPending = true;
      if (word === "") continue;
      if (this.#blankPending && !this.#lineIsEmpty) this.#pieces.push(" ");
      this.#push(word.replaceAll("\u00a0", " "));
    }
  }

  open(element: string, attributes: string): void {
    if (element === "br") this.#breakLine();
    else if (element === "td" || element === "th") this.#cell();
    else if (BLOCKS.has(element)) this.#startLine();
    if (element === "li") this.#push("- ");
    if (element === "pre") this.#preDepth += 1;
    if (element === "a") this.#link = { address: hrefOf(attributes), from: this.#pieces.length };
  }

  close(element: string): void {
    if (element === "pre" && this.#preDepth > 0) this.#preDepth -= 1;
    if (element === "a") this.#endLink();
    if (BLOCKS.has(element)) this.#startLine();
  }

  isEndless(element: string): boolean {
    return this.#endless.has(element);
  }

  markEndless(element: string): void {
    this.#endless.add(element);
  }

  end(): string {
    const lines = this.#pieces.join("").split("\n");
    return lines
      .map((line) => line.trimEnd())
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim();
  }

  #push(text: string): void {
    this.#pieces.push(text);
    this.#lineIsEmpty = false;
    this.#blankPending = false;
  }

  #preformatted(text: string): void {
    this.#pieces.push(text.replace(/\r\n?/g, "\n"));
    this.#lineIsEmpty = text.endsWith("\n");
  }

  #startLine(): void {
    if (!this.#lineIsEmpty) this.#breakLine();
    this.#blankPending = false;
  }

  #breakLine(): void {
    this.#pieces.push("\n");
    this.#lineIsEmpty = true;
    this.#blankPending = false;
  }

  #cell(): void {
    if (!this.#lineIsEmpty) this.#push("\t");
  }

  /** A link's address is shown behind its text, unless the text says it. */
  #endLink(): void {
    const link = this.#link;
    this.#link = null;
    if (link === null || link.address === "") return;
    const shown = this.#pieces.slice(link.from).join("").trim();
    const address = link.address.replace(/^mailto:/i, "");
    if (shown !== "" && !shown.includes(address.replace(/\/$/, ""))) this.#push(` <${link.address}>`);
  }
}

/** Address of a link that leads out of the document, or an empty text. */
function hrefOf(attributes: string): string {
  const match = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes);
  const address = decodeEntities(match?.[1] ?? match?.[2] ?? match?.[3] ?? "").trim();
  return /^(?:https?|mailto|tel):\S+$/i.test(address) ? address : "";
}
