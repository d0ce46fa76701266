import { SaxesParser } from "saxes";
import type { FetchFacts } from "../../items/member-origin.ts";

const MAX_DEPTH = 64;
const MAX_FACT_CHARS = 256;

/** What an ItemOperations document says. */
export interface FetchAnswers {
  /** Of the request as a whole; null when it names none. */
  readonly status: string | null;
  readonly fetched: readonly FetchFacts[];
  /** False when the document is not well-formed, so that more may have stood in it. */
  readonly isWhole: boolean;
}

/** Collects the statuses of an ItemOperations document by the local names of its elements. */
class FetchAnswersBuilder {
  readonly fetched: { serverId: string | null; status: string | null }[] = [];
  status: string | null = null;
  readonly #path: string[] = [];
  #text = "";

  open(name: string): void {
    this.#path.push(name.slice(name.indexOf(":") + 1));
    if (this.#path.length > MAX_DEPTH) throw new Error("too deep");
    this.#text = "";
    if (this.#path.at(-1) === "Fetch") this.fetched.push({ serverId: null, status: null });
  }

  text(text: string): void {
    this.#text = (this.#text + text).slice(0, MAX_FACT_CHARS);
  }

  close(): void {
    const text = this.#text.trim();
    const name = this.#path.pop();
    const answer = this.#path.at(-1) === "Fetch" ? this.fetched.at(-1) : undefined;
    if (name === "ServerId" && answer !== undefined) answer.serverId = text;
    else if (name === "Status" && answer !== undefined) answer.status = text;
    else if (name === "Status" && this.#path.length === 1) this.status = text;
    this.#text = "";
  }
}

/** Parses an ItemOperations document; what stands before a fault in it is kept. */
export function parseFetchAnswers(xml: string): FetchAnswers {
  const builder = new FetchAnswersBuilder();
  const parser = new SaxesParser({});
  const refuse = (): never => {
    throw new Error("not well-formed");
  };
  parser.on("error", refuse);
  parser.on("doctype", refuse);
  parser.on("opentag", (tag) => builder.open(tag.name));
  parser.on("text", (text) => builder.text(text));
  parser.on("closetag", () => builder.close());
  let isWhole = true;
  try {
    parser.write(xml).close();
  } catch {
    isWhole = false;
  }
  return { status: builder.status, fetched: builder.fetched, isWhole };
}
