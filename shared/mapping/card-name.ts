import type { CardDraft } from "./card-draft.ts";
import { quotedParameterValue, structuredText } from "./content-value.ts";
import { parseMailAddress } from "./mail-address.ts";
import type { SyncElement } from "./sync-element.ts";
import { fieldText } from "./sync-fields.ts";

/** Stands for a contact of which nothing is known that could name it. */
const UNNAMED = "Unnamed contact";

/** N always has all five components: importers refuse a card without it (MAPPING.md 9.2). */
export function writeName(data: SyncElement, card: CardDraft): void {
  const components = ["LastName", "FirstName", "MiddleName", "Title", "Suffix"].map((name) => part(data, name));
  card.raw("N", structuredText(components), card.isV4 ? sortAs(data) : "");
}

/** RFC 6350 5.9: what the components are sorted by, which for Japanese names is how they sound. */
function sortAs(data: SyncElement): string {
  const family = part(data, "YomiLastName");
  if (family === "") return "";
  const names = [family, part(data, "YomiFirstName")].filter((name) => name !== "");
  // A comma separates components here, and nothing escapes it.
  return `SORT-AS=${quotedParameterValue(names.map((name) => name.replaceAll(",", " ")).join(","))}`;
}

/**
 * The formatted name: of the parts of the name in the order in which they are read, else of what comes next to a
 * name. Not FileAs first, which is usually "Last, First".
 *
 * @param phoneElements elements that hold a telephone number, the preferred first
 */
export function formattedName(data: SyncElement, phoneElements: readonly string[], card: CardDraft): string {
  const spoken = ["Title", "FirstName", "MiddleName", "LastName", "Suffix"].map((name) => part(data, name));
  const name = singleSpaced(spoken.join(" "));
  if (name !== "") return name;
  card.warn("fn-synthesised");
  const others = [
    ...["FileAs", "NickName", "CompanyName"].map((element) => part(data, element)),
    ...["Email1Address", "Email2Address", "Email3Address"].map((element) => addressIn(part(data, element))),
    ...phoneElements.map((element) => part(data, element)),
  ];
  return others.map(singleSpaced).find((text) => text !== "") ?? UNNAMED;
}

const part = (data: SyncElement, name: string): string => fieldText(data, name)?.trim() ?? "";
const addressIn = (text: string): string => parseMailAddress(text)?.address ?? "";
const singleSpaced = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, " ").trim();
