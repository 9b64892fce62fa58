import assert from "node:assert/strict";
import { test } from "node:test";
import { keptText } from "../../../core/playground/content.ts";
import { parseHtml } from "../../../core/playground/html.ts";
import type { Entity } from "../../../core/playground/protocol.ts";
import { Refusal } from "../../../core/playground/refusal.ts";
import { seeded } from "./client.ts";

/** Entities in short: `bold 0+4`. */
function brief(entities: readonly Entity[]): string[] {
  return entities.map(({ type, offset, length, url, language }) =>
    [type, `${offset}+${length}`, url ?? language].filter((part) => part !== undefined).join(" "),
  );
}

function kept(source: string): { text: string; entities: string[] } {
  const { text, entities } = keptText(parseHtml(source));
  return { text, entities: brief(entities) };
}

function refusal(source: string): string {
  try {
    parseHtml(source);
  } catch (error) {
    assert.ok(error instanceof Refusal);
    assert.equal(error.code, 400);
    return error.message.replace("Bad Request: can't parse entities: ", "");
  }
  return "accepted";
}

test("every tag of Telegram's HTML becomes its entity, in any case", () => {
  const tags = {
    bold: ["b", "strong", "B", "sTrOnG"],
    italic: ["i", "em"],
    underline: ["u", "ins"],
    strikethrough: ["s", "strike", "del"],
    spoiler: ["tg-spoiler", 'span class="tg-spoiler"'],
    code: ["code"],
    pre: ["pre"],
    blockquote: ["blockquote"],
    expandable_blockquote: ["blockquote expandable", 'blockquote expandable=""', "blockquote  expandable "],
  };
  for (const [type, names] of Object.entries(tags))
    for (const name of names)
      assert.deepEqual(
        kept(`a <${name}>bc</${name.split(" ")[0]}> d`),
        { text: "a bc d", entities: [`${type} 2+2`] },
        name,
      );
});

test("an end tag may go without a name, and may have space in it", () => {
  assert.deepEqual(kept("<b>x</> <i>y</i \n>"), { text: "x y", entities: ["bold 0+1", "italic 2+1"] });
});

test("attributes come in double quotes, single quotes or bare", () => {
  const link = ["text_link 0+1 https://e.com/"];
  for (const source of [
    '<a href="https://e.com">x</a>',
    "<a href='https://e.com'>x</a>",
    '<a  href = "https://e.com" >x</a>',
    '<a title="y" href="https://e.com" id=z>x</a>',
    "<a href=e.com>x</a>",
  ])
    assert.deepEqual(kept(source).entities, source.includes("=e.com") ? ["text_link 0+1 http://e.com/"] : link, source);
  assert.deepEqual(kept('<a href="https://e.com/?a=1&amp;b=%22&quot;">x</a>').entities, [
    'text_link 0+1 https://e.com/?a=1&b=%22"',
  ]);
});

test("a link without an address leads where its text says, and one that leads nowhere is dropped", () => {
  assert.deepEqual(kept("<a>e.com/x</a>").entities, ["text_link 0+7 http://e.com/x"]);
  assert.deepEqual(kept('<a href="">e.com</a>').entities, ["text_link 0+5 http://e.com/"]);
  for (const href of [
    "localhost",
    "http://localhost/x",
    "javascript:alert(1)",
    "ftp://e.com/x",
    "http://",
    "?q",
    "a b.c",
  ])
    assert.deepEqual(kept(`<a href="${href}">x</a>`), { text: "x", entities: [] }, href);
  assert.deepEqual(kept('<a href="tg://resolve?domain=x">x</a>').entities, ["text_link 0+1 tg://resolve?domain=x"]);
});

test("a link to a person becomes a mention of someone the bot knows", () => {
  const mina = { id: 7, is_bot: false, first_name: "Mina" };
  const parse = (id: number) =>
    parseHtml(`<a href="tg://user?id=${id}">x</a>`, (each) => (each === mina.id ? mina : undefined)).entities;
  assert.deepEqual(parse(7), [{ type: "text_mention", offset: 0, length: 1, user: mina }]);
  assert.deepEqual(parse(8), []);
});

test("a custom emoji, which only bots with a bought name may send, leaves its text", () => {
  assert.deepEqual(kept('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>'), { text: "👍", entities: [] });
  assert.equal(refusal('<tg-emoji emoji-id="x">👍</tg-emoji>'), "Invalid custom emoji identifier specified");
  assert.equal(refusal("<tg-emoji>👍</tg-emoji>"), "Invalid custom emoji identifier specified");
});

test("code with a language inside of pre becomes one entity, whichever stands outside", () => {
  const pre = { text: "x = 1", entities: ["pre 0+5 python"] };
  assert.deepEqual(kept('<pre><code class="language-python">x = 1</code></pre>'), pre);
  assert.deepEqual(kept('<code class="language-python"><pre>x = 1</pre></code>'), pre);
  assert.deepEqual(kept('<pre><code class="language-python">x</code> = 1</pre>').entities, ["pre 0+5"]);
  assert.deepEqual(kept("<pre><code>x = 1</code></pre>").entities, ["pre 0+5"]);
  assert.deepEqual(kept('<code class="language-python">x = 1</code>').entities, ["code 0+5"]);
});

test("character references are few, and may go without the semicolon", () => {
  const texts = {
    "&lt;&gt;&amp;&quot;": '<>&"',
    "&lt b &ampx &amp": "< b &ampx &",
    "&nbsp;&copy;&apos;&LT;": "&nbsp;&copy;&apos;&LT;",
    "&#65;&#x42;&#x43 &#68": "ABC D",
    "&#X41;&#;&#x;&#0;&;&": "&#X41;&#;&#x;&#0;&;&",
    "&#128512;&#x1f600;": "😀😀",
    "&#1114111;&#x110000;&#00000065;": "&#1114111;&#x110000;&#00000065;",
    "&amp;lt;": "&lt;",
  };
  for (const [source, text] of Object.entries(texts)) assert.equal(parseHtml(source).text, text, source);
  assert.deepEqual(kept("&#128512;<b>&lt;x</b>").entities, ["bold 2+2"]);
});

test("what Telegram cannot parse is refused in its words, with offsets in bytes", () => {
  const refusals = {
    "<b>x": 'Can\'t find end tag corresponding to start tag "b"',
    "<b><i>x</i>": 'Can\'t find end tag corresponding to start tag "b"',
    "x</b>": "Unexpected end tag at byte offset 1",
    "<b>x</i>": 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
    "<B>é😀</I>": 'Unmatched end tag at byte offset 9, expected "</b>", found "</i>"',
    "é<br>": 'Unsupported start tag "br" at byte offset 2',
    "<b/>": 'Unsupported start tag "b/" at byte offset 0',
    "<!-- x -->": 'Unsupported start tag "!--" at byte offset 0',
    "1 < 2": 'Unsupported start tag "" at byte offset 2',
    "a <3 you": 'Unsupported start tag "3" at byte offset 2',
    "a <3": "Unclosed start tag at byte offset 2",
    "a <": "Unclosed start tag at byte offset 2",
    "<toString>x": 'Unsupported start tag "tostring" at byte offset 0',
    "<b x": 'Unclosed start tag "b" at byte offset 0',
    "<b ": 'Empty attribute name in the tag "b" at byte offset 0',
    '<b "x">': 'Empty attribute name in the tag "b" at byte offset 0',
    "<a href=": 'Unclosed start tag "a" at byte offset 0',
    '<a href="x>y</a>': "Unclosed start tag at byte offset 0",
    "<a href=x/y>z</a>": "Unexpected end of name token at byte offset 8",
    "<b>x</b": "Unclosed end tag at byte offset 4",
    "<b>x</b y>": "Unclosed end tag at byte offset 4",
    "<span>x</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    '<span class="spoiler">x</span>': 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    "&#xd83d;&#xde00;":
      "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
  };
  for (const [source, reason] of Object.entries(refusals)) assert.equal(refusal(source), reason, source);
});

test("what contradicts itself is settled without a word", () => {
  const settled = {
    '<a href="a.com">x <a href="b.com">y</a></a>': ["text_link 0+3 http://a.com/"],
    "<blockquote>x <blockquote>y</blockquote></blockquote>": ["blockquote 0+3"],
    "<code><b>x</b> y</code>": ["code 0+3"],
    "<b>x <code>y</code> z</b>": ["bold 0+2", "code 2+1", "bold 3+2"],
    "<b>x <b>y</b></b>": ["bold 0+3"],
    "<b>x</b><b>y</b>": ["bold 0+2"],
    "<i><b>xy</b></i>": ["bold 0+2", "italic 0+2"],
    '<b>x <a href="a.com">y</a></b>': ["bold 0+3", "text_link 2+1 http://a.com/"],
    '<a href="a.com"><code>x</code></a>': ["code 0+1"],
    '<a href="a.com">x<blockquote>y</blockquote></a>': ["blockquote 1+1"],
    "<blockquote>x <b>y</b></blockquote>": ["blockquote 0+3", "bold 2+1"],
    "<b></b><i> </i>x": ["italic 0+1"],
  };
  for (const [source, entities] of Object.entries(settled)) assert.deepEqual(kept(source).entities, entities, source);
});

test("Telegram's own finds are added, but not inside of links and code", () => {
  assert.deepEqual(kept("see https://e.com/a, ask @mina_park or me@e.com, /start@bot #drama").entities, [
    "url 4+15",
    "mention 25+10",
    "email 39+8",
    "bot_command 49+10",
    "hashtag 60+6",
  ]);
  assert.deepEqual(kept("<code>/start</code> <b>/help</b>").entities, ["code 0+6", "bot_command 7+5", "bold 7+5"]);
  assert.deepEqual(kept('<a href="b.com">https://e.com</a>').entities, ["text_link 0+13 http://b.com/"]);
  assert.deepEqual(kept("<blockquote>https://e.c</blockquote>om").entities, ["blockquote 0+11"]);
});

test("spaces and line breaks go at both ends, at the beginning only before the first entity", () => {
  assert.deepEqual(kept(" \n <b>x</b> y \n "), { text: "x y", entities: ["bold 0+1"] });
  assert.deepEqual(kept("<b>  x  </b>"), { text: "  x", entities: ["bold 0+3"] });
  assert.deepEqual(kept("x<b> </b>"), { text: "x", entities: [] });
  assert.equal(kept("\u00a0x\u00a0").text, "\u00a0x\u00a0");
});

test("control characters become spaces and what shows nothing is dropped, with the entities moved along", () => {
  assert.deepEqual(kept("a\r\n\tb\u0007<b>c\r\u202ed</b>"), { text: "a\n b cd", entities: ["bold 5+2"] });
  assert.deepEqual(kept("a\u2028b\u030ac<b>\u0333</b>"), { text: "abc", entities: [] });
  assert.equal(kept("\u200f\u200f\u200ex\u200f").text, "\u200c\u200c\u200ex\u200f");
});

test("of more than a hundred entities those of styles are dropped", () => {
  const links = '<a href="a.com">x</a> '.repeat(60);
  const { entities } = keptText(parseHtml(`${"<b>y</b> ".repeat(60)}${links}`));
  assert.equal(entities.filter(({ type }) => type === "text_link").length, 60);
  assert.equal(entities.filter(({ type }) => type === "bold").length, 40);
});

test("rubbish is either refused or gives sorted entities that stand inside of the text", () => {
  const random = seeded(11);
  const pieces = [
    ..."<>/=\"'& \nab😀é\r\u200f;#x1",
    ...["<b>", "</b>", "<i>", "</i>", "</>", "<code>", "</code>", "<pre>", "</pre>", "&lt;", "&#65;", "&#xd800;"],
    ...[
      '<a href="',
      "<a href='e.com'>",
      "</a>",
      "<blockquote expandable>",
      "</blockquote>",
      "https://e.com/a ",
      "@someone ",
    ],
  ];
  let accepted = 0;
  for (let round = 0; round < 20_000; round++) {
    const source = Array.from(
      { length: 1 + Math.floor(random() * 12) },
      () => pieces[Math.floor(random() * pieces.length)] ?? "",
    ).join("");
    if (refusal(source) !== "accepted") continue;
    accepted++;
    const { text, entities } = keptText(parseHtml(source));
    for (const [index, { offset, length, type }] of entities.entries()) {
      const where = `${JSON.stringify(source)}: ${type} ${offset}+${length}`;
      assert.ok(length > 0 && offset >= 0 && offset + length <= text.length, where);
      assert.ok(offset >= (entities[index - 1]?.offset ?? 0), where);
      const inner = entities.slice(index + 1).filter((other) => other.offset < offset + length);
      if (type === "code" || type === "pre") assert.deepEqual(inner, [], where);
    }
  }
  assert.ok(accepted > 2_000, `only ${accepted} were accepted`);
});
