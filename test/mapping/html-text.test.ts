import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { htmlText } from "../../shared/mapping/html-text.ts";
import { processorMillis } from "../support/processor-time.ts";

describe("what is shown of HTML", () => {
  it.each([
    ["<p>Hi &amp; <b>bye</b></p><p>2</p>", "Hi & bye\n2"],
    ["a<br>b<br/><br>c", "a\nb\n\nc"],
    ["a\r\n  b\tc", "a b c"],
    ["<html><head><title>t</title><style>p{}</style></head><body>x<script>y</script>z", "xz"],
    ["<head><title>t</title><body>x", "x"],
    ["x<!-- <p>no</p> -->y<![CDATA[z]]>", "xy"],
    ["1 < 2 &lt; 3 & 4 &bogus; &#8364;&#x80;&#0;&#xd800;", "1 < 2 < 3 & 4 &bogus; €€\ufffd\ufffd"],
    ["a&nbsp;&nbsp;b &uuml;&ETH;", "a  b üÐ"],
    ["<ul><li>a<li>b</ul>c", "- a\n- b\nc"],
    ["<table><tr><td>1</td><td>2</td></tr><tr><td>3</table>", "1\t2\n3"],
    ["<pre>a\r\n  b</pre>c", "a\n  b\nc"],
    ["<a href='http://x.org/?a=1&amp;b=2'>go</a>!", "go <http://x.org/?a=1&b=2>!"],
    [
      '<a href="mailto:a@b.c">a@b.c</a> <a href="#top">up</a> <a href="http://x.org/">x.org</a>',
      "a@b.c up x.org <http://x.org/>",
    ],
    ["<p title='a > b'>x</p>", "x"],
    ["<p><div>\n</div></p><div>&nbsp;</div>", ""],
  ])("%s", (html, text) => {
    expect(htmlText(html)).toBe(text);
  });

  it("is text, whatever the markup", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "<",
        ">",
        "</",
        "<p>",
        "<pre>",
        "</a>",
        "<a href=",
        '"',
        "'",
        "<!--",
        "-->",
        "&",
        "&#",
        ";",
        "<script>",
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(typeof htmlText(pieces.join(""))).toBe("string");
      }),
    );
  });

  it.each([
    "<",
    "<a ",
    "<a '>",
    "<!--",
    "<script>",
    "<head>",
    "<title><",
    "<p>",
    "<pre> ",
    "&",
    "&#",
    "<a href=x>y",
    " ",
    "</",
    "<table><td>",
  ])("takes time that grows with the length only (%s)", (piece) => {
    const html = piece.repeat(Math.ceil(500_000 / piece.length));
    const start = processorMillis();
    htmlText(html);
    expect(processorMillis() - start).toBeLessThan(2000);
  });
});
