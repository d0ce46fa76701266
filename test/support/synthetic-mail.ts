import { concatBytes } from "../../shared/bytes/byte-source.ts";

/** What one made message holds besides its text. Everything follows from the seed and these. */
export interface MessageOptions {
  /** Two messages of the same seed and options are the same bytes. */
  readonly seed: number;
  readonly subject?: string;
  /** About how many bytes of plain text the body has. Default 1 500. */
  readonly textBytes?: number;
  /** The plain text itself, instead of made sentences. */
  readonly text?: string;
  /** Adds an HTML alternative of the same text. */
  readonly html?: boolean;
  /** Adds a base64 attachment with exactly these bytes. */
  readonly attachment?: Uint8Array;
  /** Adds a text/calendar part (content lines joined by CRLF), with the METHOD named, if any. */
  readonly calendar?: string;
  readonly calendarMethod?: string;
  /** Adds a text/vcard part. */
  readonly vcard?: string;
}

const WORDS =
  "the of and to in for is on that by this with you it not or be are from at as your all have new more an was we will home can us about if page my has search free but our one other do no information time they site he up may what which their news out use any there see only so his when contact here business who web also now help get view online first been would how were services some these click its like service than find price date back top people had list name just over state year day into email two health world next used go work last most products music buy data make them should product system post her city add policy number such please available copyright support message after best software then good video well where info rights public books high school through each links she review years order very privacy book items company read group need many user said does set under general research university january mail full map reviews program life know games way days management part could great united hotel real item international center must store travel comments made development report off member details line terms before hotels did send right type because local those using results office education national car design take posted internet address community within states area want phone shipping reserved subject between forum family long based code show even black check special prices website index being women much sign file link open today technology south case project same pages version section own found sports house related security both county american photo game members power while care network down computer systems three total place end following download him without per access think north resources current posts big media law control water history pictures size art personal since including guide shop directory board location change white text small rating rate government children during return students shopping account times sites level digital profile previous form events love old john main call hours image department title description".split(
    " ",
  );

/** A small deterministic generator (mulberry32): whole numbers below `bound`, and nothing but the seed behind them. */
export function createRandom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** Bytes in which nothing repeats and nothing can be saved. */
export function makeRandomBytes(seed: number, length: number): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from({ length }, () => random(256));
}

/** Sentences of common words, wrapped at about 72 columns with CRLF. */
export function makeText(seed: number, length: number): string {
  const random = createRandom(seed);
  let text = "";
  let column = 0;
  while (text.length < length) {
    // Squaring the draw makes the first words of the list frequent, as words are.
    const word = WORDS[Math.floor((random(10_000) ** 2 / 1e8) * WORDS.length)] ?? "the";
    const space = column + word.length > 72 ? "\r\n" : random(12) === 0 ? ". " : " ";
    column = space === "\r\n" ? 0 : column + space.length;
    text += space + word;
    column += word.length;
  }
  return text.slice(1, length + 1).trimStart();
}

/** One RFC 5322 message as bytes, CRLF only, with the headers that delivered mail has. */
export function makeMessage(options: MessageOptions): Uint8Array {
  const parts = makeParts(options);
  const boundary = `----=_NextPart_${hex(options.seed, 3)}_${hex(options.seed, 4)}_01CB${hex(options.seed, 5)}.${hex(options.seed, 6)}`;
  const [first] = parts;
  const body =
    parts.length === 1 && first !== undefined
      ? first
      : `Content-Type: multipart/mixed;\r\n\tboundary="${boundary}"\r\n\r\nThis is a multi-part message in MIME format.\r\n\r\n${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`;
  return new Uint8Array(Buffer.from(makeHeaders(options) + body, "utf8"));
}

function makeHeaders({ seed, subject }: MessageOptions): string {
  const random = createRandom(seed);
  const [sender, recipient] = [`${pick(random)}.${pick(random)}@example.com`, `${pick(random)}@example.net`];
  const date = new Date(Date.UTC(2010, random(12), 1 + random(28), random(24), random(60), random(60)));
  const stamp = date.toUTCString().replace("GMT", "+0000");
  return [
    `X-Message-Delivery: Vj0xLjE7dXM9MDtsPTA7YT0xO0Q9MTtTQ0w9${random(10)}`,
    "X-Message-Status: n:0",
    `X-SID-PRA: ${sender}`,
    `X-Message-Info: ${Buffer.from(makeRandomBytes(seed, 54)).toString("base64")}`,
    `Received: from mail${random(90)}.example.com ([192.0.2.${random(256)}]) by mx${random(9)}.example.net with Microsoft SMTPSVC(6.0.3790.4675);`,
    `\t ${stamp}`,
    `Message-ID: <${hex(seed, 7)}${hex(seed, 8)}@example.com>`,
    `From: ${sender}`,
    `To: <${recipient}>`,
    `Subject: ${subject ?? makeText(seed + 1, 40).replaceAll("\r\n", " ")}`,
    `Date: ${stamp}`,
    "MIME-Version: 1.0",
    "X-Mailer: Microsoft Windows Live Mail 14.0.8117.416",
    "",
  ].join("\r\n");
}

function makeParts(options: MessageOptions): string[] {
  const text = options.text ?? makeText(options.seed + 2, options.textBytes ?? 1500);
  const parts = [
    `Content-Type: text/plain;\r\n\tcharset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`,
  ];
  if (options.html) parts.push(makeHtmlPart(text));
  if (options.attachment !== undefined) parts.push(makeAttachmentPart(options.attachment));
  if (options.calendar !== undefined) {
    const method = options.calendarMethod === undefined ? "" : `; method=${options.calendarMethod}`;
    parts.push(
      `Content-Type: text/calendar; charset=utf-8${method}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${options.calendar}\r\n`,
    );
  }
  if (options.vcard !== undefined) {
    parts.push(
      `Content-Type: text/vcard; charset=utf-8; name="contact.vcf"\r\nContent-Disposition: attachment; filename="contact.vcf"\r\n\r\n${options.vcard}\r\n`,
    );
  }
  return parts;
}

function makeHtmlPart(text: string): string {
  const paragraphs = text
    .split(". ")
    .map((line) => `<p class=3D"MsoNormal"><span style=3D"font-size:10.0pt;font-family:Arial">${line}</span></p>`);
  return `Content-Type: text/html;\r\n\tcharset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><body>\r\n${paragraphs.join("=20\r\n")}\r\n</body></html>\r\n`;
}

function makeAttachmentPart(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,76}/g) ?? [];
  return `Content-Type: application/octet-stream;\r\n\tname="data.bin"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n\tfilename="data.bin"\r\n\r\n${lines.join("\r\n")}\r\n`;
}

/** One VCALENDAR with one VEVENT, lines joined by CRLF. */
export function makeCalendar(seed: number, method?: string): string {
  const random = createRandom(seed);
  const day = `2011${String(1 + random(12)).padStart(2, "0")}${String(1 + random(28)).padStart(2, "0")}`;
  return [
    "BEGIN:VCALENDAR",
    "PRODID:-//Example//Synthetic//EN",
    "VERSION:2.0",
    ...(method === undefined ? [] : [`METHOD:${method}`]),
    "BEGIN:VEVENT",
    `UID:${hex(seed, 1)}-${hex(seed, 2)}@example.com`,
    `DTSTAMP:${day}T080000Z`,
    `DTSTART:${day}T090000Z`,
    `DTEND:${day}T100000Z`,
    `SUMMARY:${makeText(seed, 30).replaceAll("\r\n", " ")}`,
    "ORGANIZER:mailto:organizer@example.com",
    "ATTENDEE;RSVP=TRUE:mailto:attendee@example.net",
    "END:VEVENT",
    "END:VCALENDAR",
  ].join("\r\n");
}

/** One vCard 3.0, lines joined by CRLF. */
export function makeVcard(seed: number): string {
  const random = createRandom(seed);
  const [given, family] = [capitalised(pick(random)), capitalised(pick(random))];
  return [
    "BEGIN:VCARD",
    "VERSION:3.0",
    `N:${family};${given};;;`,
    `FN:${given} ${family}`,
    `EMAIL;TYPE=INTERNET:${given.toLowerCase()}@example.org`,
    `TEL;TYPE=WORK:+1 555 01${String(random(100)).padStart(2, "0")}`,
    "END:VCARD",
  ].join("\r\n");
}

/**
 * Many messages one after the other, cut to exactly `length` bytes: about half of it text and HTML, half base64
 * attachments, with a calendar or a contact now and then. What benchmarks and large round trips feed on.
 */
export function makeMailStream(seed: number, length: number): Uint8Array {
  const random = createRandom(seed);
  const messages: Uint8Array[] = [];
  for (let made = 0; made < length; ) {
    const messageSeed = random(2 ** 31);
    const message = makeMessage({
      seed: messageSeed,
      textBytes: 500 + random(6000),
      html: random(2) === 0,
      ...(random(4) === 0 && { attachment: makeRandomBytes(messageSeed, 1000 + random(15_000)) }),
      ...(random(8) === 0 && { calendar: makeCalendar(messageSeed, "REQUEST"), calendarMethod: "REQUEST" }),
      ...(random(8) === 0 && { vcard: makeVcard(messageSeed) }),
    });
    messages.push(message);
    made += message.length;
  }
  return concatBytes(messages).slice(0, length);
}

function pick(random: (bound: number) => number): string {
  return WORDS[random(WORDS.length)] ?? "the";
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function hex(seed: number, salt: number): string {
  return createRandom(seed * 31 + salt)(2 ** 31)
    .toString(16)
    .padStart(8, "0")
    .toUpperCase();
}
