import assert from "node:assert/strict";
import { test } from "node:test";
import { renderTemplate } from "../../../core/domain/template.ts";

const values: Record<string, string> = { title: "Tom & <Jerry>", year: "2020", odd: "{title} {{x}}", blank: " \n" };
const render = (template: string) => renderTemplate(template, (name) => values[name]);

test("values are escaped and put in once", () => {
  assert.equal(render("<b>{title}</b> ({year})"), "<b>Tom &amp; &lt;Jerry&gt;</b> (2020)");
  assert.equal(render("{odd}"), "{title} {{x}}");
});

test("a value can end no attribute and begin no tag", () => {
  const hostile = `"><b>&amp;'</a>`;
  assert.equal(
    renderTemplate('<a href="{url}">{url}</a>', () => hostile),
    `<a href="&quot;&gt;&lt;b&gt;&amp;amp;'&lt;/a&gt;">&quot;&gt;&lt;b&gt;&amp;amp;'&lt;/a&gt;</a>`,
  );
});

test("a value is no pattern for the replacement", () => {
  for (const text of ["$&", "$1", "$`", "$$", "\\"])
    assert.equal(
      renderTemplate("{x}", () => text),
      text.replace("&", "&amp;"),
    );
});

test("a line whose placeholders are all missing is left out", () => {
  assert.equal(render("{title}\nRating: {rating}\n{rank} {rating}\nEnd"), "Tom &amp; &lt;Jerry&gt;\nEnd");
  assert.equal(render("{year} {rating}"), "2020 N/A");
  assert.equal(render("{year}\n\n{rating}\n\nEnd"), "2020\n\nEnd");
  assert.equal(render("{year}\nBlank: {blank}\nEnd"), "2020\nEnd");
  assert.equal(render("{rating}"), "");
});

test("doubled braces are braces, and odd ones stay", () => {
  assert.equal(render("{{title}} {{{year}}}"), "{title} {2020}");
  assert.equal(render("{ } {title.x} {title[0]} {Year} {1} {} }"), "{ } {title.x} {title[0]} {Year} {1} {} }");
});

test("any text can be a template and a value", () => {
  for (const text of [
    "",
    "\ud83d",
    "{".repeat(4096),
    "{{".repeat(2048),
    "‮\u200b👩‍👩‍👧",
    "<&>{title",
    "x".repeat(100_000),
  ]) {
    assert.equal(typeof render(text), "string");
    assert.ok(renderTemplate("{x}.", () => text).isWellFormed());
  }
});
