import { decodeStrictBase64 } from "../../bytes/base64.ts";
import { decodeEncodedWords } from "../../bytes/encoded-words.ts";
import { ReaderError } from "../../errors.ts";
import type { WarningCode } from "../../items/warning.ts";
import type { SyncElement } from "../../mapping/sync-element.ts";
import { canonicalName, isKnownName } from "./element-names.ts";
import { isLong, longElement } from "./long-text.ts";
import { itemClassOf, type NamespaceClass, namespaceClassOf, type SyncClass } from "./namespaces.ts";

/** A start tag as the parser gives it. */
export interface StartTag {
  readonly name: string;
  readonly local: string;
  readonly uri: string;
  readonly attributes: Readonly<
    Record<string, { readonly local: string; readonly prefix: string; readonly value: string }>
  >;
}

interface OpenElement {
  readonly name: string;
  readonly namespace: NamespaceClass | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its text so far; null when nobody wants it. */
  readonly pieces: string[] | null;
  readonly children: SyncElement[];
}

/**
 * How much of the commands is wanted. `whole`: everything; `objects`: everything but the content of mails; `outline`:
 * what tells which items there are, and folders.
 */
export type Detail = "whole" | "objects" | "outline";

/** Texts that Exchange writes as RFC 2047 words (MAPPING.md 2.3). Addresses are decoded where they are parsed. */
const ENCODED_WORD_NAMES = new Set(["Subject", "ConversationTopic", "ThreadTopic"]);
/** A run of them; in ASCII, as RFC 2047 wants it. */
const ENCODED_WORDS = /=\?[!->@-~]+\?[bq]\?[ ->@-~]*\?=(?:\s*=\?[!->@-~]+\?[bq]\?[ ->@-~]*\?=)*/gi;
const BASE64_UTF8 = "2";
/** Nesting of what names an item: the command and its own children. */
const ID_DEPTH = 2;
/** Where the properties of folders may stand. */
const FOLDER_NAMESPACES: ReadonlySet<NamespaceClass | null> = new Set([
  null,
  "AirSync",
  "HmFolder",
  "HmSync",
  "DeltaSync",
]);

/** Builds the tree of one command out of the parser's events. */
export class ElementBuilder {
  readonly warnings: WarningCode[] = [];
  /** By the first child of ApplicationData whose namespace belongs to one class; null until there is one. */
  itemClass: SyncClass | null = null;
  readonly #maxElements: number;
  readonly #detail: Detail;
  readonly #collectionClass: SyncClass | null;
  readonly #open: OpenElement[] = [];
  #elements = 0;

  /** @param collectionClass what the collection holds, for what its data does not tell */
  constructor(maxElements: number, detail: Detail = "whole", collectionClass: SyncClass | null = null) {
    this.#maxElements = maxElements;
    this.#detail = detail;
    this.#collectionClass = collectionClass;
  }

  get depth(): number {
    return this.#open.length;
  }

  /** @throws ReaderError readers/xml-limit */
  open(tag: StartTag): void {
    this.#elements += 1;
    if (this.#elements > this.#maxElements) throw new ReaderError("readers/xml-limit");
    const namespace = namespaceClassOf(tag.uri);
    const name = canonicalName(tag.local);
    const parent = this.#open.at(-1);
    if (parent?.name === "ApplicationData") this.itemClass ??= itemClassOf(namespace);
    if (namespace === null && isKnownName(name)) this.#warn("ns-alias");
    const pieces = this.#isWanted(namespace) ? [] : null;
    this.#open.push({ name, namespace, attributes: attributesOf(tag), pieces, children: [] });
  }

  text(text: string): void {
    this.#open.at(-1)?.pieces?.push(text);
  }

  /** @returns the command's own element once it is closed, null before */
  close(): SyncElement | null {
    const element = this.#open.pop();
    if (element === undefined) return null;
    const built = this.#build(element);
    const parent = this.#open.at(-1);
    if (parent === undefined) return built;
    parent.children.push(built);
    return null;
  }

  /** Whether the text of an element that is opened now is. */
  #isWanted(namespace: NamespaceClass | null): boolean {
    if (this.#detail === "whole" || this.#open.length < ID_DEPTH) return true;
    return this.#detail === "objects" ? this.itemClass !== "Email" : FOLDER_NAMESPACES.has(namespace);
  }

  #build(element: OpenElement): SyncElement {
    const { name, attributes, children } = element;
    const pieces = element.pieces ?? [];
    if (children.length > 0) return { name, attributes, text: joined(pieces).trim(), children };
    if (attributes.encoding !== BASE64_UTF8 && isLong(pieces)) return longElement(name, attributes, pieces);
    return { name, attributes, text: this.#decodeText(element, joined(pieces)), children };
  }

  #decodeText({ name, namespace, attributes }: OpenElement, text: string): string {
    const literal = attributes.encoding === BASE64_UTF8 ? this.#decodeBase64(text, attributes.charset) : text;
    const itemClass = itemClassOf(namespace) ?? this.itemClass ?? this.#collectionClass;
    const mayBeEncoded = itemClass === "Email" && ENCODED_WORD_NAMES.has(name);
    if (!mayBeEncoded || !literal.includes("=?")) return literal;
    // Encoded words are ASCII; whatever stands between them is text already and must pass as it is.
    return literal.replace(ENCODED_WORDS, decodeEncodedWords);
  }

  /** UTF-8, or what the element says it is when it is no UTF-8. */
  #decodeBase64(text: string, charset: string | undefined): string {
    // White space is no content.
    if (text.trim() === "") return "";
    const bytes = decodeStrictBase64(text);
    for (const label of ["utf-8", ...(charset === undefined ? [] : [charset])]) {
      try {
        if (bytes !== null) return new TextDecoder(label, { fatal: true }).decode(bytes);
      } catch {
        // Not in that charset, or nobody knows it: the literal text is all there is.
      }
    }
    this.#warn("encoding-invalid");
    return text;
  }

  #warn(code: WarningCode): void {
    if (!this.warnings.includes(code)) this.warnings.push(code);
  }
}

const joined = (pieces: readonly string[]): string => (pieces.length === 1 ? (pieces[0] as string) : pieces.join(""));

function attributesOf(tag: StartTag): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const { local, prefix, value } of Object.values(tag.attributes)) {
    if (prefix !== "xmlns" && local !== "xmlns") attributes[local] = value;
  }
  return attributes;
}
