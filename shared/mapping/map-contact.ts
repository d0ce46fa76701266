import { PRODID } from "./calendar-lines.ts";
import { anniversary, birthday, revision } from "./card-date.ts";
import { CardDraft } from "./card-draft.ts";
import { messaging } from "./card-messaging.ts";
import { formattedName, writeName } from "./card-name.ts";
import { picture } from "./card-picture.ts";
import {
  addressRow,
  type CardRow,
  categoriesRow,
  emailRow,
  onlyV3,
  organizationRow,
  type Phone,
  phoneRow,
  relationRow,
  relationsRow,
  sensitiveRow,
  textRow,
  uriRow,
} from "./card-rows.ts";
import { bodyText, readBody } from "./item-body.ts";
import { contactElements } from "./source-elements.ts";
import { itemUuid } from "./stable-id.ts";
import type { MapContext, MappedObject, SyncElement } from "./sync-element.ts";
import { fieldText } from "./sync-fields.ts";

/** In the order in which one stands for a name where there is none. */
const PHONES: readonly Phone[] = [
  { element: "MobilePhoneNumber", types: "CELL" },
  { element: "HomePhoneNumber", types: "HOME,VOICE" },
  { element: "Home2PhoneNumber", types: "HOME,VOICE" },
  { element: "BusinessPhoneNumber", types: "WORK,VOICE" },
  { element: "Business2PhoneNumber", types: "WORK,VOICE" },
  { element: "CarPhoneNumber", types: "CAR", v4: { types: "VOICE", label: "Car" } },
  { element: "RadioPhoneNumber", types: "VOICE", label: "Radio", outlookType: "RADIO" },
  { element: "CompanyMainPhone", types: "WORK", label: "Company Main", outlookType: "COMPANY" },
  { element: "AssistantPhoneNumber", types: "VOICE", label: "Assistant", outlookType: "ASSISTANT" },
  { element: "PagerNumber", types: "PAGER" },
  { element: "MMS", types: "MSG", label: "MMS", v4: { types: "TEXT" } },
  { element: "BusinessFaxNumber", types: "WORK,FAX" },
  { element: "HomeFaxNumber", types: "HOME,FAX" },
];

/** Every element of Contacts and Contacts2, in the order of the card (MAPPING.md 9). */
const ROWS: readonly CardRow[] = [
  uid,
  revision,
  writeName,
  textRow("FileAs", "X-EVOLUTION-FILE-AS"),
  textRow("YomiFirstName", "X-PHONETIC-FIRST-NAME"),
  textRow("YomiLastName", "X-PHONETIC-LAST-NAME"),
  textRow("YomiCompanyName", "X-PHONETIC-ORG"),
  onlyV3(textRow("YomiLastName", "SORT-STRING")),
  textRow("NickName", "NICKNAME"),
  emailRow("Email1Address", true),
  emailRow("Email2Address", false),
  emailRow("Email3Address", false),
  ...PHONES.map(phoneRow),
  addressRow({ prefix: "Business", types: "WORK", extended: "OfficeLocation", label: null }),
  addressRow({ prefix: "Home", types: "HOME", extended: null, label: null }),
  addressRow({ prefix: "Other", types: "POSTAL", extended: null, label: "_$!<Other>!$_" }),
  textRow("OfficeLocation", "X-HU01-OFFICELOCATION"),
  organizationRow,
  textRow("JobTitle", "TITLE"),
  uriRow("WebPage", "URL"),
  birthday,
  anniversary,
  relationRow("Spouse", { type: "spouse", label: "_$!<Spouse>!$_", property: "X-SPOUSE" }),
  relationsRow("Children", "Child", { type: "child", label: "_$!<Child>!$_", property: null }),
  relationRow("ManagerName", {
    type: "contact",
    label: "_$!<Manager>!$_",
    property: "X-MANAGER",
    isPropertyInV4: true,
    outlookProperty: "X-MS-MANAGER",
  }),
  relationRow("AssistantName", {
    type: "agent",
    label: "_$!<Assistant>!$_",
    property: "X-ASSISTANT",
    outlookProperty: "X-MS-ASSISTANT",
  }),
  messaging("IMAddress"),
  messaging("IMAddress2"),
  messaging("IMAddress3"),
  note,
  categoriesRow,
  sensitiveRow("CustomerId", "X-HU01-CUSTOMERID"),
  sensitiveRow("GovernmentId", "X-HU01-GOVERNMENTID"),
  sensitiveRow("AccountName", "X-HU01-ACCOUNTNAME"),
  sensitiveRow("Alias", "X-HU01-ALIAS"),
  picture,
  source,
];

/**
 * Maps a contact to one vCard, 3.0 or by option 4.0 (MAPPING.md 9). Never fails: a contact of which nothing is known
 * becomes a card that says so.
 *
 * @param data ApplicationData of class Contacts
 */
export function mapContact(data: SyncElement, context: MapContext): MappedObject {
  const card = new CardDraft(context);
  const title = formattedName(
    data,
    PHONES.map(({ element }) => element),
    card,
  );
  card.text("FN", title);
  for (const row of ROWS) row(data, card);
  const head = ["BEGIN:VCARD", `VERSION:${context.options.vcardVersion}`, PRODID];
  const lines = [...head, ...card.lines, "END:VCARD"];
  return { lines, warnings: card.warnings, title, dateMillis: null, elements: contactElements(data) };
}

function uid(data: SyncElement, card: CardDraft): void {
  const own = fieldText(data, "UID")?.trim();
  if (own === undefined) card.raw("UID", card.isV4 ? `urn:uuid:${itemUuid(card.context)}` : itemUuid(card.context));
  else card.text("UID", own, card.isV4 ? "VALUE=text" : "");
}

function note(data: SyncElement, card: CardDraft): void {
  const body = readBody(data);
  for (const warning of body.warnings) card.warn(warning);
  const text = bodyText(body);
  if (text !== null) card.text("NOTE", text);
}

function source(_data: SyncElement, card: CardDraft): void {
  if (!card.context.options.keepSource) return;
  card.text("X-HU01-COLLECTIONID", card.context.collectionId);
  card.text("X-HU01-SERVERID", card.context.serverId);
}
