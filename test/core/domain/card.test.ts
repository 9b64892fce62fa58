import assert from "node:assert/strict";
import { test } from "node:test";
import { mayUse, publicModeOf, roleOf } from "../../../core/domain/access.ts";
import { visibleText } from "../../../core/domain/caption.ts";
import { age, defaultCaption, finishCaption, hasText } from "../../../core/domain/card.ts";
import { renderTemplate } from "../../../core/domain/template.ts";

const values: Record<string, string> = { title: "Tom & <Jerry>", year: "2020", odd: "{title} {{x}}" };
const render = (template: string) => renderTemplate(template, (name) => values[name]);

test("values are escaped and put in once", () => {
  assert.equal(render("<b>{title}</b> ({year})"), "<b>Tom &amp; &lt;Jerry&gt;</b> (2020)");
  assert.equal(render("{odd}"), "{title} {{x}}");
});

test("a line whose placeholders are all missing is left out", () => {
  assert.equal(render("{title}\nRating: {rating}\n{rank} {rating}\nEnd"), "Tom &amp; &lt;Jerry&gt;\nEnd");
  assert.equal(render("{year} {rating}"), "2020 N/A");
  assert.equal(render("{year}\n\n{rating}\n\nEnd"), "2020\n\nEnd");
});

test("doubled braces are braces, and odd ones stay", () => {
  assert.equal(render("{{title}} {{{year}}}"), "{title} {2020}");
  assert.equal(render("{ } {title.x} {Year} }"), "{ } {title.x} {Year} }");
});

test("a card of a record without anything has title and link", () => {
  const source = {
    fields: [],
    defaultTemplate: () => "{nothing}",
    title: () => "A & B",
    url: () => "https://example.org/",
  };
  assert.equal(defaultCaption(source, {}), '<b><a href="https://example.org/">A &amp; B</a></b>');
});

test("a note stays when the card is cut", () => {
  const caption = finishCaption(`<b>${"word ".repeat(500)}</b>`, { limit: 1024, note: "<i>3 hours old</i>" });
  assert.ok(visibleText(caption).length <= 1024);
  assert.match(caption, /…<\/b>\n\n<i>3 hours old<\/i>$/);
});

test("text that nobody can see is no text", () => {
  assert.ok(!hasText(" \n\u200b\u2060‮<b></b>\u00a0\u2800"));
  assert.ok(hasText("<b>.</b>"));
});

test("an age is told in its largest unit", () => {
  assert.deepEqual([0, 60_000, 3 * 3_600_000, 3 * 86_400_000].map(age), ["1 minute", "1 minute", "3 hours", "3 days"]);
});

test("only what is known to be true lets people in", () => {
  const facts = { userId: 2, ownerId: 1, publicMode: false, authorised: false };
  assert.equal(roleOf({ ...facts, userId: 1, publicMode: undefined, authorised: undefined }), "owner");
  assert.equal(roleOf({ ...facts, publicMode: true, authorised: undefined }), "member");
  assert.equal(roleOf({ ...facts, authorised: true, publicMode: undefined }), "member");
  assert.equal(roleOf(facts), "stranger");
  assert.equal(roleOf({ ...facts, authorised: undefined }), "unknown");
  assert.equal(roleOf({ ...facts, publicMode: undefined }), "unknown");
  assert.deepEqual(
    (["everyone", "members", "owner"] as const).map((audience) => [
      mayUse(audience, "owner"),
      mayUse(audience, "member"),
      mayUse(audience, "stranger"),
      mayUse(audience, "unknown"),
    ]),
    [
      [true, true, true, true],
      [true, true, false, false],
      [true, false, false, false],
    ],
  );
});

test("the stored setting wins, and an odd one means private", () => {
  assert.equal(publicModeOf(undefined, true), true);
  assert.equal(publicModeOf(null, true), true);
  assert.equal(publicModeOf(false, true), false);
  assert.equal(publicModeOf(true, false), true);
  assert.equal(publicModeOf("yes", true), false);
});
