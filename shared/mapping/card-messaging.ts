import type { CardDraft } from "./card-draft.ts";
import { rawValue } from "./content-value.ts";
import { parseMailAddress } from "./mail-address.ts";
import type { SyncElement } from "./sync-element.ts";
import { fieldText } from "./sync-fields.ts";

/** X-SERVICE-TYPE by the scheme of the address, as Apple's address book names them. */
const SERVICES: Readonly<Record<string, string>> = {
  aim: "AIM",
  gg: "GaduGadu",
  gtalk: "GoogleTalk",
  icq: "ICQ",
  msnim: "MSN",
  qq: "QQ",
  skype: "Skype",
  xmpp: "Jabber",
  ymsgr: "Yahoo",
};

const URI = /^([a-z][a-z0-9+.-]*):[^\s"<>\\^`{|}]+$/i;
/** Domains whose addresses are Messenger accounts. */
const MESSENGER_DOMAIN = /@(?:hotmail|live|msn|outlook)(?:\.[a-z]{2,}){1,2}$/i;

/** IMPP (RFC 4770) where the address is a URI or can become one; else the text, since IMPP takes no bare names. */
export function messaging(element: string): (data: SyncElement, card: CardDraft) => void {
  return (data, card) => {
    const text = rawValue(fieldText(data, element) ?? "");
    if (text === "") return;
    const account = parseMailAddress(text)?.address ?? "";
    const scheme = URI.exec(text)?.[1]?.toLowerCase();
    if (scheme !== undefined && scheme !== "mailto") impp(card, scheme, text);
    else if (!MESSENGER_DOMAIN.test(account)) card.text("X-HU01-IM", text);
    else {
      impp(card, "msnim", `msnim:${account}`);
      if (!card.isV4) card.text("X-MSN", account);
    }
  };
}

function impp(card: CardDraft, scheme: string, uri: string): void {
  const service = card.isV4 ? undefined : SERVICES[scheme];
  card.raw("IMPP", uri, service === undefined ? "" : `X-SERVICE-TYPE=${service}`);
}
