import assert from "node:assert/strict";
import { test } from "node:test";
import { type Formatter, formatterContract, type Source } from "../../../../core/plugin/index.ts";
import { broken, deadline, never, report } from "./broken.ts";
import { good, type Show } from "./shows.ts";

const record = { id: "s1", title: "Tom & Jerry", tags: ["cat", { name: "mouse" }], year: 1940 };
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const titleOf = (value: unknown) => (value as Show).title; // what the request holds
const goodFormatter: Formatter = { name: "plain", format: ({ record: one }) => `<b>${escaped(titleOf(one))}</b>` };
const formatterCases = (part: Partial<Formatter>) =>
  formatterContract({ ...goodFormatter, ...part }, { source: good as unknown as Source, record }, { deadline });

test("a good formatter breaks no rule, nor does one that leaves every card to others", async () => {
  assert.deepEqual(await broken(formatterCases({})), []);
  assert.deepEqual(await broken(formatterCases({ format: async () => undefined })), []);
});

for (const [what, part, rule] of [
  ["has no proper name", { name: "Plain!" }, "is well formed"],
  [
    "gives an empty caption",
    { format: () => "<b> </b>" },
    "gives a caption with something to see, or leaves the card to others",
  ],
  [
    "gives no text",
    { format: () => 7 as unknown as string },
    "gives a caption with something to see, or leaves the card to others",
  ],
  [
    "throws",
    {
      format: () => {
        throw new Error("no");
      },
    },
    "gives a caption with something to see, or leaves the card to others",
  ],
  ["never ends", { format: never }, "gives a caption with something to see, or leaves the card to others"],
  ["escapes nothing", { format: ({ record: one }) => titleOf(one) }, "escapes what stands in a record"],
  [
    "escapes all but what lies deep",
    {
      format: ({ record: one }) =>
        `${escaped(titleOf(one))} ${(one as typeof record).tags.map((tag) => (typeof tag === "string" ? tag : tag.name)).join()}`,
    },
    "escapes what stands in a record",
  ],
  [
    "changes the record",
    {
      format: ({ record: one }) => {
        (one as { title: string }).title = "mine";
        return "x";
      },
    },
    "leaves the record as it is",
  ],
  [
    "never ends when aborted",
    {
      format: ({ signal }) =>
        new Promise((resolve) => {
          setTimeout(() => signal.aborted || resolve("x"), 20);
        }),
    },
    "ends when its signal aborts",
  ],
] as const satisfies readonly (readonly [string, Partial<Formatter>, string])[]) {
  test(`a formatter that ${what} is found out`, async () => {
    const rules = await broken(formatterCases(part));
    assert.ok(rules.includes(rule), report(rules));
  });
}
