import type { CardDraft } from "./card-draft.ts";
import { rawValue, structuredText, textList } from "./content-value.ts";
import { parseMailAddress } from "./mail-address.ts";
import type { SyncElement } from "./sync-element.ts";
import { child, childrenNamed, fieldText, groupTexts } from "./sync-fields.ts";

/** What one row of the table of contacts does: reads its elements and adds their lines. */
export type CardRow = (data: SyncElement, card: CardDraft) => void;

/** An element that becomes one TEXT property. */
export function textRow(element: string, property: string): CardRow {
  return (data, card) => {
    const text = trimmedText(data, element);
    if (text !== null) card.text(property, text);
  };
}

/** A row for cards of one version only. */
export const onlyV3 =
  (row: CardRow): CardRow =>
  (data, card) => {
    if (!card.isV4) row(data, card);
  };

/** A text that identifies a person elsewhere; the option dropSensitiveIds leaves it out. */
export function sensitiveRow(element: string, property: string): CardRow {
  const row = textRow(element, property);
  return (data, card) => {
    if (!card.context.options.dropSensitiveIds) row(data, card);
  };
}

/** URL: no TEXT, so never escaped. */
export function uriRow(element: string, property: string): CardRow {
  return (data, card) => {
    const uri = rawValue(fieldText(data, element) ?? "");
    if (uri !== "") card.raw(property, uri);
  };
}

/** EMAIL; what is no mail address is kept apart, since importers would send to it. */
export function emailRow(element: string, isPreferred: boolean): CardRow {
  return (data, card) => {
    const text = trimmedText(data, element);
    if (text === null) return;
    const address = parseMailAddress(text)?.address;
    const v3 = isPreferred ? "TYPE=INTERNET,PREF" : "TYPE=INTERNET";
    const v4 = isPreferred ? "PREF=1" : "";
    if (address === undefined) card.text("X-HU01-EMAIL-RAW", text);
    else card.text("EMAIL", address, card.isV4 ? v4 : v3);
  };
}

/** How a telephone number is written in one version. */
interface PhoneForm {
  /** TYPE values of 3.0, joined by commas. */
  readonly types: string;
  /** For kinds that the version has no type for. */
  readonly label?: string;
}

/** An element with a telephone number. */
export interface Phone extends PhoneForm {
  readonly element: string;
  /** Where 4.0 differs by more than its lower-case types. */
  readonly v4?: PhoneForm;
  /** Outlook's type of it, for the option outlookXMs (MS-OXVCARD 2.1.3.9.5). */
  readonly outlookType?: string;
}

/** TEL with the number and nothing but the number. */
export function phoneRow(phone: Phone): CardRow {
  return (data, card) => {
    const number = trimmedText(data, phone.element);
    if (number === null) return;
    const { types, label } = (card.isV4 ? phone.v4 : undefined) ?? phone;
    const value = card.escape(number);
    if (label === undefined) card.raw("TEL", value, card.types(types));
    else card.labelled("TEL", value, label, card.types(types));
    if (phone.outlookType !== undefined && card.context.options.outlookXMs) {
      card.raw("X-MS-TEL", value, `TYPE=${phone.outlookType}`);
    }
  };
}

/** The elements of one address. */
export interface PostalAddress {
  /** `Business`, `Home` or `Other`, with which its elements begin. */
  readonly prefix: string;
  readonly types: string;
  /** Of the element for the extended address (3.0 only), or null. */
  readonly extended: string | null;
  readonly label: string | null;
}

/** ADR (RFC 2426 3.2.1) when any of its components is there. Both spellings of the elements are in use. */
export function addressRow(address: PostalAddress): CardRow {
  return (data, card) => {
    const component = (name: string): string =>
      fieldText(data, `${address.prefix}Address${name}`, `${address.prefix}${name}`)?.trim() ?? "";
    const extended = address.extended === null || card.isV4 ? "" : (trimmedText(data, address.extended) ?? "");
    const place = ["Street", "City", "State", "PostalCode", "Country"].map(component);
    if (extended === "" && place.every((text) => text === "")) return;
    const value = structuredText(["", extended, ...place]);
    if (address.label === null) card.raw("ADR", value, card.types(address.types));
    // Untyped means "work" in 3.0 only (RFC 2426 3.2.1).
    else card.labelled("ADR", value, address.label, card.isV4 ? "" : card.types(address.types));
  };
}

/** ORG: an empty company before a department stays. */
export const organizationRow: CardRow = (data, card) => {
  const company = trimmedText(data, "CompanyName") ?? "";
  const department = trimmedText(data, "Department");
  if (department !== null) card.raw("ORG", structuredText([company, department]));
  else if (company !== "") card.raw("ORG", structuredText([company]));
};

/** Somebody related to the contact. */
export interface Relation {
  /** RELATED type of 4.0 (RFC 6350 6.6.6). */
  readonly type: string;
  /** Apple's label for it in 3.0. */
  readonly label: string;
  /** The property of its own that readers know it by. */
  readonly property: string | null;
  /** True when 4.0 has that property too. */
  readonly isPropertyInV4?: boolean;
  /** Outlook's property for it, for the option outlookXMs. */
  readonly outlookProperty?: string;
}

/** One related person, by name. */
export function relationRow(element: string, relation: Relation): CardRow {
  return (data, card) => {
    const name = trimmedText(data, element);
    if (name !== null) writeRelation(name, relation, card);
  };
}

/** Each member of a group of related persons. */
export function relationsRow(group: string, member: string, relation: Relation): CardRow {
  return (data, card) => {
    const container = child(data, group);
    const names = container === null ? [] : childrenNamed(container, member).map(({ text }) => text.trim());
    for (const name of names) if (name !== "") writeRelation(name, relation, card);
  };
}

function writeRelation(name: string, relation: Relation, card: CardDraft): void {
  const { type, label, property, outlookProperty } = relation;
  if (card.isV4) card.text("RELATED", name, `TYPE=${type};VALUE=text`);
  if (property !== null && (!card.isV4 || relation.isPropertyInV4)) card.text(property, name);
  if (!card.isV4) card.labelled("X-ABRELATEDNAMES", card.escape(name), label);
  // MS-OXVCARD writes a bare `N`, which is no parameter of 3.0 or 4.0: ical.js refuses the whole card.
  if (outlookProperty !== undefined && card.context.options.outlookXMs) card.text(outlookProperty, name, "TYPE=N");
}

/** CATEGORIES, each escaped for itself. */
export const categoriesRow: CardRow = (data, card) => {
  const values = groupTexts(data, "Categories", "Category");
  if (values.length > 0) card.raw("CATEGORIES", textList(values, { semicolon: card.context.options.vcardSemicolon }));
};

function trimmedText(data: SyncElement, element: string): string | null {
  return fieldText(data, element)?.trim() ?? null;
}
