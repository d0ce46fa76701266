import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binaryString } from "../../shared/bytes/binary-string.ts";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import { MimeWalker } from "../../shared/readers/mime-walker.ts";
import { joinParts, message, multipart, part } from "../support/mime-samples.ts";

/** Every leaf as `number type body`, `!` for a hole. */
function walk(text: string, size = 1 << 20, holeAt = -1): readonly string[] {
  const bytes = Uint8Array.from(Buffer.from(text, "latin1"));
  const leaves: string[] = [];
  const walker = new MimeWalker(
    {
      leaf: (entity) => {
        let body = "";
        return {
          write: (piece) => {
            body += binaryString(piece);
          },
          hole: () => {
            body += "!";
          },
          end: () => void leaves.push(`${entity.number} ${entity.mediaType} ${body}`),
        };
      },
      limit: (number) => void leaves.push(`limit ${number}`),
    },
    DEFAULT_LIMITS,
  );
  for (let at = 0; at < bytes.length; at += size) {
    if (holeAt >= at && holeAt < at + size) {
      walker.push(bytes.slice(at, holeAt));
      walker.hole();
      walker.push(bytes.slice(holeAt, at + size));
    } else walker.push(bytes.slice(at, at + size));
  }
  walker.end();
  return leaves;
}

describe("walking MIME", () => {
  it("numbers parts as IMAP does", () => {
    const inner = `Content-Type: multipart/alternative; boundary=i\r\n\r\n${joinParts(["\r\na", "Content-Type: text/html\r\n\r\nb"], "i")}`;
    const nested = part(["Content-Type: message/rfc822"], multipart(["\r\nc", "\r\nd"], "mixed", "n"));
    const single = part(["Content-Type: message/rfc822"], message(["Subject: s"], "e\r\n"));
    expect(walk(multipart([inner, nested, single]))).toEqual([
      "1.1 text/plain a",
      "1.2 text/html b",
      "2.1 text/plain c",
      "2.2 text/plain d",
      "3.1 text/plain e\r\n",
    ]);
    expect(walk(message([], "body\r\n"))).toEqual(["1 text/plain body\r\n"]);
  });

  it.each([
    [
      "the line end before a delimiter belongs to it",
      multipart(["\r\na\r\n", "\r\nb\r\n\r\n"]),
      ["a\r\n", "b\r\n\r\n"],
    ],
    ["LF only", multipart(["\r\na", "\r\nb"]).replaceAll("\r\n", "\n"), ["a", "b"]],
    ["blanks behind a delimiter", multipart(["\r\na"]).replace("--=_outer\r", "--=_outer \t\r"), ["a"]],
    [
      "preamble and epilogue",
      `${multipart(["\r\na"]).replace("\r\n\r\n--", "\r\n\r\nignored\r\n--")}ignored\r\n`,
      ["a"],
    ],
    ["no end", multipart(["\r\na", "\r\nb"]).replace("\r\n--=_outer--\r\n", ""), ["a", "b"]],
    [
      "lines that only look like delimiters",
      multipart(["\r\n--=_oute\r\n--=_outerx\r\n-=_outer\r\n --=_outer"]),
      ["--=_oute\r\n--=_outerx\r\n-=_outer\r\n --=_outer"],
    ],
    ["a part without a blank line", multipart(["Content-Type: text/plain", "\r\nb"]), ["", "b"]],
    ["a part without anything", multipart(["", "\r\nb"]), ["", "b"]],
    [
      "an inner boundary that begins with the outer one",
      multipart([
        `Content-Type: multipart/mixed; boundary="=_outer-2"\r\n\r\n${joinParts(["\r\na"], "=_outer-2")}`,
        "\r\nb",
      ]),
      ["a", "b"],
    ],
    ["a bare CR before a delimiter is data", multipart(["\r\na\r"]), ["a\r"]],
  ])("%s", (_name, text, bodies) => {
    expect(walk(text).map((leaf) => leaf.replace(/^\S+ \S+ /, ""))).toEqual(bodies);
  });

  it("takes the parts of a digest for messages", () => {
    expect(walk(multipart(["\r\nSubject: x\r\n\r\nhello"], "digest"))).toEqual(["1.1 text/plain hello"]);
  });

  it("does not depend on how the bytes are cut, nor on where a hole of no bytes falls into the cuts", () => {
    const line = fc.constantFrom(
      "--=_outer",
      "--=_outer--",
      "--in",
      "--in--",
      "Content-Type: multipart/mixed; boundary=in",
      "Content-Type: message/rfc822",
      "Content-Type: text/calendar",
      "",
      "x",
      "-",
      "--",
      "a\r",
      "Content-Transfer-Encoding: base64",
    );
    const eol = fc.constantFrom("\r\n", "\n", "\r\r\n");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(line, eol), { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        fc.nat({ max: 99 }),
        (lines, size, percent) => {
          const text = multipart([]).replace("--=_outer--\r\n", "") + lines.map(([body, end]) => body + end).join("");
          expect(walk(text, size)).toEqual(walk(text));
          const hole = Math.floor((text.length * percent) / 100);
          expect(walk(text, size, hole)).toEqual(walk(text, 1 << 20, hole));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
