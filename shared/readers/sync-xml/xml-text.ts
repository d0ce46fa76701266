/** Bytes looked at for an encoding declaration. */
const DECLARATION_BYTES = 256;

/** The platform's decoder, as far as it is used here. */
interface Decoder {
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}

/** The text of an XML payload, decoded piece by piece. Ends no piece in a CR, whose LF may be in the next one. */
export class XmlText {
  #decoder: Decoder | null = null;
  #octetsOf: (text: string) => number = utf8Octets;
  #carried = "";

  /** @param bytes the next bytes; the first ones tell the encoding. A byte order mark stays in the text. */
  push(bytes: Uint8Array): string {
    this.#decoder ??= this.#begin(bytes);
    return this.#holdBack(this.#carried + this.#decoder.decode(bytes, { stream: true }));
  }

  /** What is left when no more bytes come, or a hole does. The next bytes begin a new character. */
  flush(): string {
    const text = this.#carried + (this.#decoder?.decode() ?? "");
    this.#carried = "";
    return text;
  }

  /** How many bytes of the payload a piece of its text takes. */
  octetsOf(text: string): number {
    return this.#octetsOf(text);
  }

  #begin(bytes: Uint8Array): Decoder {
    const label = encodingOf(bytes);
    if (label.startsWith("utf-16")) this.#octetsOf = (text) => 2 * text.length;
    else if (/^(?:windows-125\d|iso-8859-|us-ascii|latin1)/.test(label)) this.#octetsOf = (text) => text.length;
    return createDecoder(label);
  }

  #holdBack(text: string): string {
    this.#carried = text.endsWith("\r") ? "\r" : "";
    return this.#carried === "" ? text : text.slice(0, -1);
  }
}

/** The label of a document's encoding: byte order mark, then declaration (XML 1.0 appendix F), then UTF-8. */
function encodingOf(beginning: Uint8Array): string {
  const [first, second] = beginning;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first === 0x3c && second === 0) return "utf-16le";
  if (first === 0 && second === 0x3c) return "utf-16be";
  let text = "";
  for (const byte of beginning.subarray(0, DECLARATION_BYTES)) text += String.fromCharCode(byte);
  const stated = /^[^<]{0,8}<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(text)?.[1]?.toLowerCase();
  // Whoever could read "encoding=" byte by byte knows better than a label that says otherwise.
  return stated === undefined || stated.startsWith("utf-16") ? "utf-8" : stated;
}

function createDecoder(label: string): Decoder {
  try {
    return new TextDecoder(label, { ignoreBOM: true });
  } catch {
    return new TextDecoder("utf-8", { ignoreBOM: true });
  }
}

function utf8Octets(text: string): number {
  let octets = text.length;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair counts two: four octets together.
    octets += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return octets;
}
