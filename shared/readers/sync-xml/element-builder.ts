import { decodeEncodedWords } from "../../bytes/encoded-words.ts";
import { ReaderError } from "../../errors.ts";
import type { WarningCode } from "../../items/warning.ts";
import type { SyncElement } from "../../mapping/sync-element.ts";
import { canonicalName, isKnownName } from "./element-names.ts";
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
  text: string;
  readonly children: SyncElement[];
}

/** Texts that Exchange writes as RFC 2047 words (mapping.md 1, fact 5). Addresses are decoded where they are parsed. */
const ENCODED_WORD_NAMES = new Set(["Subject", "ConversationTopic", "ThreadTopic"]);
/** A run of them; in ASCII, as RFC 2047 wants it. */
const ENCODED_WORDS = /=\?[!->@-~]+\?[bq]\?[ ->@-~]*\?=(?:\s*=\?[!->@-~]+\?[bq]\?[ ->@-~]*\?=)*/gi;
const BASE64_UTF8 = "2";

/** Builds the tree of one command out of the parser's events. */
export class ElementBuilder {
  readonly warnings: WarningCode[] = [];
  /** By the first child of ApplicationData whose namespace belongs to one class; null until there is one. */
  itemClass: SyncClass | null = null;
  readonly #maxElements: number;
  readonly #open: OpenElement[] = [];
  #elements = 0;

  constructor(maxElements: number) {
    this.#maxElements = maxElements;
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
    this.#open.push({ name, namespace, attributes: attributesOf(tag), text: "", children: [] });
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.text += text;
  }

  /** @returns the command's own element once it is closed, null before */
  close(): SyncElement | null {
    const element = this.#open.pop();
    if (element === undefined) return null;
    const { name, attributes, children } = element;
    const text = children.length > 0 ? element.text.trim() : this.#decodeText(element);
    const built = { name, attributes, text, children };
    const parent = this.#open.at(-1);
    if (parent === undefined) return built;
    parent.children.push(built);
    return null;
  }

  #decodeText({ name, namespace, attributes, text }: OpenElement): string {
    const literal = attributes.encoding === BASE64_UTF8 ? this.#decodeBase64(text) : text;
    const mayBeEncoded = itemClassOf(namespace) === "Email" && ENCODED_WORD_NAMES.has(name);
    if (!mayBeEncoded || !literal.includes("=?")) return literal;
    // Encoded words are ASCII; whatever stands between them is text already and must pass as it is.
    return literal.replace(ENCODED_WORDS, decodeEncodedWords);
  }

  #decodeBase64(text: string): string {
    const compact = text.replace(/\s+/g, "");
    if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}={0,2}|[A-Za-z0-9+/]{3}=?)?$/.test(compact)) {
      try {
        const bytes = Uint8Array.from(atob(compact), (char) => char.charCodeAt(0));
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        // Neither base64 nor UTF-8: the literal text is all there is.
      }
    }
    this.#warn("encoding-invalid");
    return text;
  }

  #warn(code: WarningCode): void {
    if (!this.warnings.includes(code)) this.warnings.push(code);
  }
}

function attributesOf(tag: StartTag): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const { local, prefix, value } of Object.values(tag.attributes)) {
    if (prefix !== "xmlns" && local !== "xmlns") attributes[local] = value;
  }
  return attributes;
}
