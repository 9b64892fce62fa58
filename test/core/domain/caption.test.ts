import assert from "node:assert/strict";
import { test } from "node:test";
import { cutHtml, cutText, visibleText } from "../../../core/domain/caption.ts";
import { finishCaption } from "../../../core/domain/card.ts";
import { parseHtml } from "../../../core/playground/html.ts";
import { rubbish, seeded } from "./rubbish.ts";

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

test("any rubbish, cut anywhere, is accepted, fits, and keeps the beginning of the text", () => {
  const random = seeded(7);
  for (let round = 0; round < 4000; round++) {
    const html = rubbish(random, 40);
    const limit = 1 + random(60);
    const cut = cutHtml(html, limit);
    const about = `${JSON.stringify(html)} at ${limit}`;
    assert.ok(assertAccepted(cut).length <= limit, about);
    assert.ok(parseHtml(cut).text.length <= limit, about);
    const [whole, kept] = [visibleText(html), visibleText(cut)];
    if (whole.length <= limit) assert.equal(kept, whole, about);
    else assert.ok(kept.endsWith("…") && whole.startsWith(kept.slice(0, -1)), about);
  }
});

test("a caption with a note under it is accepted and fits, whatever both hold", () => {
  const random = seeded(11);
  for (let round = 0; round < 2000; round++) {
    const [html, note] = [rubbish(random, 30), rubbish(random, 8)];
    const limit = 1 + random(120);
    const caption = finishCaption(html, { limit, note });
    assert.ok(assertAccepted(caption).length <= limit, `${JSON.stringify([html, note])} at ${limit}`);
    assert.ok(parseHtml(caption).text.length <= limit);
  }
});

test("words are never cut, in whatever tags they stand", () => {
  const random = seeded(13);
  const words = ["Sweet", "<b>Home</b>", "A&amp;B", "<i>is <u>a</u></i>", "דרמה", "ドラマ", "😀", "series"];
  for (let round = 0; round < 2000; round++) {
    const html = Array.from({ length: 20 }, () => words[random(words.length)]).join(" ");
    const whole = visibleText(html);
    const limit = 12 + random(60);
    if (whole.length <= limit) continue;
    const kept = visibleText(cutHtml(html, limit)).slice(0, -1);
    assert.ok(whole.startsWith(kept) && /\s/.test(whole.charAt(kept.length)), `${html} at ${limit}: ${kept}`);
  }
});

test("a text without words is cut between characters", () => {
  const characters = ["🇰🇷", "👩‍👩‍👧", "👍🏽", "é", "e\u0301", "字", "\u1112\u1161\u11ab"];
  const split = new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const character of characters) {
    for (let limit = 1; limit < 60; limit++) {
      const kept = cutText(character.repeat(60), limit).slice(0, -1);
      assert.equal(kept, character.repeat([...split.segment(kept)].length), `${character} at ${limit}`);
      assert.ok(kept.length > limit - 1 - character.length, `${character} at ${limit} leaves room unused`);
    }
  }
});

test("a character without end is cut all the same", () => {
  for (const text of [`e${"\u0301".repeat(5000)}`, `👩${"\u200d👩".repeat(3000)}`, "\u200d".repeat(5000)]) {
    const cut = cutText(text, 64);
    assert.ok(cut.length <= 64 && cut.isWellFormed(), cut);
  }
});

test("a limit of nothing leaves nothing", () => {
  assert.equal(cutText("abc", 0), "");
  assert.equal(cutHtml("<b>abc</b>", 0), "");
});

test("huge and hostile texts are cut in good time", () => {
  const began = performance.now();
  for (const piece of ["<b", "<b ", '<b "', "<a href='", "</", "&", "&#", "x", "<b>", "</b>", " ", "\u0301", "<b \"'"])
    cutHtml(piece.repeat(50_000), 1024);
  // Far more than it takes; what grows with the square of the length takes minutes.
  assert.ok(performance.now() - began < 10_000);
});
