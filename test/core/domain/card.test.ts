import assert from "node:assert/strict";
import { test } from "node:test";
import { visibleText } from "../../../core/domain/caption.ts";
import { age, defaultCaption, finishCaption, hasText } from "../../../core/domain/card.ts";

test("a card of a record without anything has title and link", () => {
  const source = {
    fields: [],
    defaultTemplate: () => "{nothing}",
    title: () => "A & B",
    url: () => "https://example.org/",
  };
  assert.equal(defaultCaption(source, {}), '<b><a href="https://example.org/">A &amp; B</a></b>');
});

test("a placeholder named like something every object has is missing like any other", () => {
  const source = {
    fields: [],
    defaultTemplate: () => "Title\n{constructor}\n{__proto__} {tostring}",
    title: () => "A",
    url: () => "https://example.org/",
  };
  assert.equal(defaultCaption(source, {}), "Title");
});

test("a note stays when the card is cut", () => {
  const caption = finishCaption(`<b>${"word ".repeat(500)}</b>`, { limit: 1024, note: "<i>3 hours old</i>" });
  assert.ok(visibleText(caption).length <= 1024);
  assert.match(caption, /…<\/b>\n\n<i>3 hours old<\/i>$/);
});

test("a note that leaves no room for a card stands alone, cut like everything", () => {
  const note = "<i>3 hours old</i>";
  assert.equal(finishCaption("<b>Sweet Home</b>", { limit: 8, note }), "<i>3 hours…</i>");
  assert.equal(finishCaption("<b>Sweet Home</b>", { limit: 13, note }), note);
  assert.equal(finishCaption("<b>Sweet Home</b>", { limit: 14, note }), `<b>…</b>\n\n${note}`);
});

test("a card says what it can, whatever its record holds", () => {
  const source = {
    fields: [{ name: "title", value: (record: { title: string }) => record.title }],
    defaultTemplate: () => "<b>{title}</b>",
    title: (record: { title: string }) => record.title,
    url: () => 'https://example.org/?q="<&>"',
  };
  assert.equal(defaultCaption(source, { title: "<&>" }), "<b>&lt;&amp;&gt;</b>");
  const untitled = '<b><a href="https://example.org/?q=&quot;&lt;&amp;&gt;&quot;">Untitled</a></b>';
  for (const title of ["", " ", "\u200b\u202e", "\u2800", "\u0000"])
    assert.equal(defaultCaption(source, { title }), untitled);
});

test("what a source throws, or gives as something else than text, costs a card that part alone", () => {
  const fail = (): never => {
    throw new TypeError("my bug");
  };
  /** What a plugin in plain JavaScript may do, against its types. */
  const gives = (value: unknown) => () => value as string;
  const source = {
    fields: [
      { name: "title", value: gives("A & B") },
      { name: "year", value: gives(1917) },
      { name: "none", value: gives(null) },
      { name: "odd", value: gives({}) },
      { name: "bad", value: fail },
    ],
    defaultTemplate: () => "<b>{title}</b> {year}\nNone: {none}\nOdd: {odd}\nBad: {bad}\n{title}: {bad}",
    title: gives(1917),
    url: gives("https://example.org/"),
  };
  assert.equal(defaultCaption(source, {}), "<b>A &amp; B</b> 1917\nA &amp; B: N/A");
  const minimal = '<b><a href="https://example.org/">1917</a></b>';
  for (const defaultTemplate of [fail, gives(undefined), gives(Promise.resolve("x"))])
    assert.equal(defaultCaption({ ...source, defaultTemplate }, {}), minimal);
  const bare = { ...source, defaultTemplate: fail };
  assert.equal(defaultCaption({ ...bare, title: fail }, {}), minimal.replace("1917", "Untitled"));
  assert.equal(defaultCaption({ ...bare, url: fail }, {}), "<b>1917</b>");
});

test("text that nobody can see is no text", () => {
  assert.ok(!hasText(" \n\u200b\u2060‮<b></b>\u00a0\u2800"));
  assert.ok(hasText("<b>.</b>"));
});

test("an age is told in its largest unit", () => {
  assert.deepEqual([0, 60_000, 3 * 3_600_000, 3 * 86_400_000].map(age), ["1 minute", "1 minute", "3 hours", "3 days"]);
});
