import { binaryString } from "../bytes/binary-string.ts";

/** Groups that hold no text of the document (RTF 1.9.1, destinations). */
const DESTINATIONS = new Set(
  (
    "fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf " +
    "footnote annotation listtable listoverridetable revtbl rsidtbl generator xmlnstbl themedata datastore"
  ).split(" "),
);

/** Control words that stand for a character. */
const SYMBOLS: Readonly<Record<string, string>> = {
  par: "\n",
  line: "\n",
  sect: "\n",
  page: "\n",
  row: "\n",
  cell: "\t",
  tab: "\t",
  emdash: "\u2014",
  endash: "\u2013",
  bullet: "\u2022",
  lquote: "\u2018",
  rquote: "\u2019",
  ldblquote: "\u201c",
  rdblquote: "\u201d",
  "~": " ",
  _: "-",
  "\\": "\\",
  "{": "{",
  "}": "}",
  "\n": "\n",
  "\r": "\n",
};

/** Windows code pages whose names are not windows-N. */
const CODE_PAGES: Readonly<Record<string, string>> = {
  "932": "shift_jis",
  "936": "gbk",
  "949": "euc-kr",
  "950": "big5",
  "10000": "macintosh",
  "65001": "utf-8",
};

/** A control word with its number, a control symbol, `\'hh`, a brace, a line end or plain text. */
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|[^\\{}\r\n]+/gi;

interface GroupState {
  readonly ignored: boolean;
  /** `\ucN`: how many characters stand behind `\u` for readers without Unicode. */
  readonly unicodeSkip: number;
}

/** What is shown of an RTF document, lines separated by LF. Never throws; what is not understood is passed over. */
export function rtfText(rtf: Uint8Array): string {
  return new RtfReader().read(binaryString(rtf));
}

class RtfReader {
  #text = "";
  /** Bytes of the code page that wait for the rest of their character. */
  #bytes: number[] = [];
  #codePage = "windows-1252";
  #skip = 0;
  #group: GroupState = { ignored: false, unicodeSkip: 1 };
  readonly #outer: GroupState[] = [];

  read(rtf: string): string {
    for (const match of rtf.matchAll(TOKEN)) {
      const [token, word, number, hex, symbol, brace] = match;
      if (brace !== undefined) this.#brace(brace);
      else if (word !== undefined) this.#word(word, number);
      else if (hex !== undefined) this.#byte(Number.parseInt(hex, 16));
      else if (symbol !== undefined) this.#symbol(symbol);
      else if (!/^[\r\n]/.test(token)) for (const char of token) this.#byte(char.charCodeAt(0));
    }
    this.#flush();
    return this.#text;
  }

  #brace(brace: string): void {
    this.#flush();
    this.#skip = 0;
    if (brace === "{") this.#outer.push(this.#group);
    else this.#group = this.#outer.pop() ?? this.#group;
  }

  #word(word: string, number: string | undefined): void {
    const value = Number(number ?? 1);
    if (DESTINATIONS.has(word)) this.#group = { ...this.#group, ignored: true };
    else if (word === "ansicpg") this.#codePage = codePageLabel(number ?? "");
    else if (word === "uc") this.#group = { ...this.#group, unicodeSkip: Math.max(0, value) };
    else if (word === "u") this.#unicode(value);
    else if (SYMBOLS[word] !== undefined) this.#show(SYMBOLS[word]);
  }

  #symbol(symbol: string): void {
    if (symbol === "*") this.#group = { ...this.#group, ignored: true };
    else if (SYMBOLS[symbol] !== undefined) this.#show(SYMBOLS[symbol]);
  }

  #unicode(value: number): void {
    this.#show(String.fromCharCode(value & 0xffff));
    this.#skip = this.#group.unicodeSkip;
  }

  #byte(byte: number): void {
    if (this.#skip > 0) this.#skip -= 1;
    else if (!this.#group.ignored) this.#bytes.push(byte);
  }

  #show(text: string): void {
    this.#flush();
    if (this.#skip > 0) this.#skip -= 1;
    else if (!this.#group.ignored) this.#text += text;
  }

  #flush(): void {
    if (this.#bytes.length === 0) return;
    this.#text += new TextDecoder(this.#codePage).decode(Uint8Array.from(this.#bytes));
    this.#bytes = [];
  }
}

function codePageLabel(number: string): string {
  const label = CODE_PAGES[number] ?? `windows-${number}`;
  try {
    new TextDecoder(label);
    return label;
  } catch {
    return "windows-1252";
  }
}
