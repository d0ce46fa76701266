import type { WarningCode } from "../items/warning.ts";
import { contentLine, escapeText } from "./content-value.ts";
import type { MapContext } from "./sync-element.ts";

/** A vCard while it is made: its lines so far, its item groups and what was noticed. */
export class CardDraft {
  readonly context: MapContext;
  /** True for vCard 4.0. */
  readonly isV4: boolean;
  readonly lines: string[] = [];
  readonly #warnings = new Set<WarningCode>();
  #groups = 0;

  constructor(context: MapContext) {
    this.context = context;
    this.isV4 = context.options.vcardVersion === "4.0";
  }

  /** Adds a line whose value stands as it is written. */
  raw(name: string, value: string, parameters = ""): void {
    this.lines.push(contentLine(name, parameters, value));
  }

  /** Adds a line whose value is TEXT. */
  text(name: string, value: string, parameters = ""): void {
    this.raw(name, this.escape(value), parameters);
  }

  /** Adds a line, and the label that Apple's address book shows for it, as one group. */
  labelled(name: string, value: string, label: string, parameters = ""): void {
    this.#groups += 1;
    const group = `item${this.#groups}`;
    this.raw(`${group}.${name}`, value, parameters);
    this.raw(`${group}.X-ABLabel`, label);
  }

  escape(value: string): string {
    return escapeText(value, { semicolon: this.context.options.vcardSemicolon });
  }

  /** A TYPE parameter: upper-case in 3.0, lower-case and in quotes where it is a list in 4.0 (RFC 6350 5.6). */
  types(types: string): string {
    if (types === "") return "";
    if (!this.isV4) return `TYPE=${types}`;
    return types.includes(",") ? `TYPE="${types.toLowerCase()}"` : `TYPE=${types.toLowerCase()}`;
  }

  warn(code: WarningCode): void {
    this.#warnings.add(code);
  }

  get warnings(): readonly WarningCode[] {
    return [...this.#warnings];
  }
}
