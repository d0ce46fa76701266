import { concatBytes } from "../../shared/bytes/byte-source.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Invalid as MIME on purpose: unquoted although it holds `?`. */
const BOUNDARY = "DeltaSync0123456789abcdef0123456789abcdef?MTOM";
const TYPE = `Multipart/Related;boundary=${BOUNDARY}; type="application/xop+xml"; start="<DeltaSyncMTOMFetchResponse@mail.services.live.com>";`;

/** One answer of a Fetch response. */
export interface Answer {
  readonly serverId: string;
  readonly status?: number;
  /** The HU01 part; none for an error. */
  readonly stream?: Uint8Array;
}

/** The XML part of a Fetch response. */
export function fetchXml(answers: readonly Answer[]): string {
  const fetches = answers.map(({ serverId, status = 1, stream }, index) => {
    const message = stream === undefined ? "" : `<Message><xop:Include href="cid:${index}@live.com"/></Message>`;
    return `<Fetch><ServerId>${serverId}</ServerId><Status>${status}</Status>${message}</Fetch>`;
  });
  return (
    '<?xml version="1.0" encoding="utf-8"?><ItemOperations xmlns="ItemOperations:" ' +
    'xmlns:xop="http://www.w3.org/2004/08/xop/include"><Status>1</Status>' +
    `<Responses>${fetches.join("")}</Responses></ItemOperations>`
  );
}

/** A saved Fetch response, as the server wrote it: its MIME header stands in the body. */
export function makeFetchResponse(answers: readonly Answer[], httpHeaders = ""): Uint8Array {
  const streams = answers.flatMap(({ stream }) => (stream === undefined ? [] : [stream]));
  const part = `--${BOUNDARY}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n`;
  const head = `${httpHeaders}MIME-Version: 1.0\r\nContent-Type: ${TYPE}\r\n\r\n`;
  const xmlPart = `--${BOUNDARY}\r\nContent-Type: application/xop+xml\r\n\r\n${fetchXml(answers)}\r\n`;
  const parts = streams.flatMap((stream) => [utf8(part), stream, utf8("\r\n")]);
  return concatBytes([utf8(head), utf8(xmlPart), ...parts, utf8(`--${BOUNDARY}--\r\n`)]);
}

/** A log of jdeltasync with the dump of one stream for each message. */
export function makeLog(
  dumps: readonly { readonly id: string; readonly stream: Uint8Array }[],
  eol = "\n",
): Uint8Array {
  const lines = ["2011-03-14 09:00:00 DEBUG session opened"];
  for (const { id, stream } of dumps) {
    lines.push(`2011-03-14 09:00:01 DEBUG Dumping HU01 stream as BASE64 for message ${id}`);
    lines.push(
      ...(Buffer.from(stream)
        .toString("base64")
        .match(/.{1,72}/g) ?? []),
    );
    lines.push("done", "2011-03-14 09:00:02 DEBUG done", "");
  }
  return utf8(lines.join(eol));
}

/** An mbox in mboxrd quoting. */
export function makeMbox(messages: readonly Uint8Array[], eol = "\n"): Uint8Array {
  const parts = messages.map((message) => {
    const quoted = Buffer.from(message)
      .toString("latin1")
      .replace(/^(>*From )/gm, ">$1");
    const end = quoted.endsWith("\n") ? "" : eol;
    return Buffer.from(`From MAILER-DAEMON Mon Mar 14 09:00:00 2011${eol}${quoted}${end}${eol}`, "latin1");
  });
  return concatBytes(parts).slice();
}

/** One entry of a tar file; `type` as in its header. */
export interface TarEntry {
  readonly name: string;
  readonly content: Uint8Array;
  readonly type?: string;
}

/** A tar file; names over 100 bytes get a GNU header of their own. */
export function makeTar(entries: readonly TarEntry[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    const long = { name: "././@LongLink", content: utf8(`${entry.name}\0`), type: "L" };
    return [...(entry.name.length > 100 ? tarEntry(long) : []), ...tarEntry(entry)];
  });
  return concatBytes([...parts, new Uint8Array(1024)]);
}

function tarEntry({ name, content, type = "0" }: TarEntry): Uint8Array[] {
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100), 0, "latin1");
  header.write(`0000644\0${"0000000\0".repeat(2)}`, 100, "latin1");
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  header.write(`${"0".repeat(11)}\0        ${type}`, 136, "latin1");
  header.write("ustar\u000000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return [new Uint8Array(header), content, new Uint8Array((512 - (content.length % 512)) % 512)];
}
