import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeHtml, tokeniseHtml } from "../../../core/domain/html.ts";
import { rubbish, seeded } from "./rubbish.ts";

/** The tokens, written as short as can be: `b(`, text, `)b`. */
function tokens(html: string): string {
  return tokeniseHtml(html)
    .map((token) => (token.type === "text" ? token.text : token.type === "open" ? `${token.name}(` : `)${token.name}`))
    .join("|");
}

function opened(html: string): string {
  const [first] = tokeniseHtml(html);
  return first?.type === "open" ? first.html : "";
}

test("every tag of Telegram's is known, by each of its names", () => {
  for (const [name, shown] of [
    ["b", "b"],
    ["strong", "b"],
    ["i", "i"],
    ["em", "i"],
    ["u", "u"],
    ["ins", "u"],
    ["s", "s"],
    ["strike", "s"],
    ["del", "s"],
    ["code", "code"],
    ["pre", "pre"],
    ["tg-spoiler", "tg-spoiler"],
    ["blockquote", "blockquote"],
    ["B", "b"],
  ] as const) {
    assert.equal(tokens(`<${name}>x</${name}>`), `${shown}(|x|)${shown}`);
  }
});

test("tags with attributes are rewritten as Telegram takes them", () => {
  for (const [given, wanted] of [
    ["<a href='https://example.org/?a=1&amp;b=2'>x", '<a href="https://example.org/?a=1&amp;b=2">'],
    ["<a href=https://example.org/>x", '<a href="https://example.org/">'],
    ['<a title="t" HREF = " https://example.org/ ">x', '<a href="https://example.org/">'],
    ['<a href="tg://user?id=1" onclick="x">x', '<a href="tg://user?id=1">'],
    ["<blockquote expandable>x", "<blockquote expandable>"],
    ['<blockquote cite="x">x', "<blockquote>"],
    ["<code class='language-c++'>x", '<code class="language-c++">'],
    ['<code class="language-<&>">x', "<code>"],
    ['<span class="tg-spoiler">x', '<span class="tg-spoiler">'],
    ['<tg-emoji emoji-id="5368324170671202286">x', '<tg-emoji emoji-id="5368324170671202286">'],
    ['<b class="x">x', "<b>"],
    ["<b\n>x", "<b>"],
  ] as const) {
    assert.equal(opened(given), wanted, given);
  }
});

test("a tag that Telegram would refuse goes, with the closing tag that belongs to it", () => {
  for (const tag of [
    ["<a>", "</a>"],
    ['<a href="">', "</a>"],
    ["<a href=' '>", "</a>"],
    ["<span>", "</span>"],
    ['<span class="x">', "</span>"],
    ["<tg-emoji>", "</tg-emoji>"],
    ['<tg-emoji emoji-id="0">', "</tg-emoji>"],
    ['<tg-emoji emoji-id="1e3">', "</tg-emoji>"],
  ] as const) {
    assert.equal(tokens(`<b>${tag[0]}x${tag[1]}</b>`), "b(|x|)b", tag[0]);
  }
});

test("what is no tag of Telegram's is text", () => {
  for (const text of [
    "<br>",
    "<div>x</div>",
    "<",
    "<>",
    "</>",
    "< b>",
    "<b",
    '<a href="x',
    "<!-- x -->",
    "<1>",
    "<b/>",
  ])
    assert.equal(tokens(text), text);
});

test("tags are closed in order, whatever order they were written in", () => {
  assert.equal(tokens("<b><i>x</b>y</i>"), "b(|i(|x|)i|)b|y");
  assert.equal(tokens("</b>x</i>"), "x");
  assert.equal(tokens("<b><i>x"), "b(|i(|x|)i|)b");
  assert.equal(tokens("<strong>x</b>"), "b(|x|)b");
});

test("references are resolved once, and odd ones are text", () => {
  assert.equal(tokens("&lt;&gt;&amp;&quot;&#65;&#x42;&#x1F600;"), '<>&"AB😀');
  for (const text of ["&nbsp;", "&LT;", "&;", "&#;", "&#x;", "&#0;", "&#x110000;", "&#99999999;", "&"])
    assert.equal(tokens(text), text);
  assert.equal(tokens("&amp;lt;"), "&lt;");
  assert.equal(tokens("&#xd83d;x"), "\ufffdx");
});

test("what is escaped comes back as it was, but for what cannot be sent", () => {
  const random = seeded(3);
  for (let round = 0; round < 500; round++) {
    const text = rubbish(random, 20);
    const escaped = escapeHtml(text);
    assert.doesNotMatch(escaped, /[<>"]|&(?!(?:amp|lt|gt|quot);)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that go
    assert.equal(tokens(escaped), text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ""));
  }
});

test("tags nested without end are bounded", () => {
  const names = tokeniseHtml(`${"<b>".repeat(1000)}x`).filter((token) => token.type === "open");
  assert.equal(names.length, 32);
  assert.equal(tokens(`${"<b>".repeat(1000)}x${"</b>".repeat(1000)}y`).endsWith("|y"), true);
});

test("of any rubbish the tokens are balanced, and no text is lost or well formed by chance", () => {
  const random = seeded(5);
  for (let round = 0; round < 2000; round++) {
    const html = rubbish(random, 30);
    const open: string[] = [];
    for (const token of tokeniseHtml(html)) {
      if (token.type === "open") open.push(token.name);
      else if (token.type === "close") assert.equal(open.pop(), token.name, JSON.stringify(html));
      else assert.ok(token.text !== "" || html.length > 0);
      if (token.type === "text") assert.ok(token.text.isWellFormed(), JSON.stringify(html));
    }
    assert.deepEqual(open, [], JSON.stringify(html));
  }
});
