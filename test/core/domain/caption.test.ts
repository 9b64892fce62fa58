import assert from "node:assert/strict";
import { test } from "node:test";
import { cutHtml, cutText, visibleText } from "../../../core/domain/caption.ts";

/** Reads what this project writes, strictly, without its own tokeniser. */
function assertAccepted(html: string): string {
  const open: string[] = [];
  let text = "";
  let rest = html;
  while (rest) {
    const tag = /^<(\/?)(b|i|u|s|a|code|pre|blockquote|span|tg-spoiler|tg-emoji)((?: [a-z-]+(?:="[^"<>]*")?)*)>/.exec(
      rest,
    );
    const reference = /^&(amp|lt|gt|quot);/.exec(rest);
    if (tag) {
      if (tag[1]) assert.equal(open.pop(), tag[2], `closed out of order in ${html}`);
      else open.push(tag[2] ?? "");
      rest = rest.slice(tag[0].length);
    } else if (reference) {
      text += "x";
      rest = rest.slice(reference[0].length);
    } else {
      assert.doesNotMatch(rest.charAt(0), /[<>&]/, `a bare ${rest.slice(0, 20)}`);
      text += rest.charAt(0);
      rest = rest.slice(1);
    }
  }
  assert.deepEqual(open, [], `left open in ${html}`);
  assert.ok(text.isWellFormed(), "a surrogate pair was cut");
  return text;
}

test("a text that fits stays as it is", () => {
  const html = '<b>Sweet Home</b> &amp; <a href="https://example.org/?a=1&amp;b=2">more</a>';
  assert.equal(cutHtml(html, 1024), html);
});

test("a text is cut at a word and its tags are closed", () => {
  assert.equal(cutHtml("<b>Sweet Home &amp; more</b>", 12), "<b>Sweet Home…</b>");
  assert.equal(cutHtml("<b>One <i>two three</i></b> four", 9), "<b>One <i>two…</i></b>");
  assert.equal(cutHtml("one two", 7), "one two");
  assert.equal(cutHtml("one two ", 7), "one…");
});

test("what is counted is what is seen, in UTF-16 code units", () => {
  assert.equal(cutHtml("&lt;&gt;&amp;", 3), "&lt;&gt;&amp;");
  assert.equal(cutHtml(`<a href="https://example.org/${"x".repeat(2000)}">a</a>`, 1).length, 2036);
  assert.equal(visibleText(cutHtml("😀".repeat(10), 8)), "😀😀😀…");
  assert.equal(visibleText(cutHtml("😀".repeat(10), 20)), "😀".repeat(10));
});

test("a family stays together, a custom emoji stays whole", () => {
  assert.equal(cutText(`ab${"👩‍👩‍👧"}cd`, 6), "ab…");
  assert.equal(cutHtml('ab <tg-emoji emoji-id="123">👩‍👩‍👧</tg-emoji>cd', 6), "ab…");
});

test("html that Telegram would refuse is made safe", () => {
  for (const [given, wanted] of [
    ["a < b > c & d", "a &lt; b &gt; c &amp; d"],
    ["<br>x<div>y</div>", "&lt;br&gt;x&lt;div&gt;y&lt;/div&gt;"],
    ["<b>open", "<b>open</b>"],
    ["</b>closed</i>", "closed"],
    ["<b><i>x</b>y</i>", "<b><i>x</i></b>y"],
    ["<a>no link</a>", "no link"],
    ['<a href="x"y', "&lt;a href=&quot;x&quot;y"],
    ["<span>x</span>", "x"],
    ['<span class="tg-spoiler">x</span>', '<span class="tg-spoiler">x</span>'],
    ['<tg-emoji emoji-id="no">👍</tg-emoji>', "👍"],
    ["<STRONG>x</strong>", "<b>x</b>"],
    ["&nbsp;&#65;&#x42;&#0;", "&amp;nbsp;AB&amp;#0;"],
    ["\ud83d lone", "\ufffd lone"],
    ["nul\u0000", "nul"],
    ["<a href='https://example.org/\"<>'>x</a>", '<a href="https://example.org/&quot;&lt;&gt;">x</a>'],
  ] as const) {
    assert.equal(cutHtml(given, 1024), wanted);
  }
});

test("any rubbish, cut anywhere, is accepted and fits", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  const pieces = [
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href='x'>",
    "</a>",
    "<",
    ">",
    "&",
    "&amp;",
    "&#",
    ";",
    "😀",
    "👩‍👩‍👧",
    "‮",
    "\u200b",
  ];
  pieces.push(
    "word ",
    "\n",
    "\ud83d",
    "\udc00",
    "<pre>",
    "<blockquote expandable>",
    "</blockquote>",
    '"',
    "'",
    "é",
    "<tg-emoji emoji-id='5'>",
    "</tg-emoji>",
  );
  for (let round = 0; round < 3000; round++) {
    let html = "";
    for (let n = random(30); n >= 0; n--) html += pieces[random(pieces.length)];
    const limit = 1 + random(40);
    const text = assertAccepted(cutHtml(html, limit));
    assert.ok(text.length <= limit, `${text.length} of ${limit} in ${JSON.stringify(html)}`);
  }
});

test("huge and hostile texts are cut in good time", () => {
  const began = performance.now();
  for (const piece of ["<b", "<b ", '<b "', "<a href='", "</", "&", "x", "<b>", " "]) cutHtml(piece.repeat(4096), 1024);
  assert.ok(performance.now() - began < 1000);
});
