import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Locator } from "playwright-core";
import { CARD, HITS, MINA, missing, useBrowser } from "./page-stage.ts";
import type { PageStub } from "./page-stub.ts";

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index}`).join("\n");

/** Where an element starts and ends on the screen, in px from the top of the window. */
async function spanOf(locator: Locator): Promise<{ readonly top: number; readonly bottom: number }> {
  const box = await locator.boundingBox();
  assert.ok(box, "it is not on the page");
  return { top: box.y, bottom: box.y + box.height };
}

async function assertInView(inner: Locator, log: Locator): Promise<void> {
  const [span, view] = [await spanOf(inner), await spanOf(log)];
  assert.ok(span.top >= view.top && span.bottom <= view.bottom, `${JSON.stringify(span)} in ${JSON.stringify(view)}`);
}

/** Scrolls by hand, so to say: to a number of px from the start. */
async function scrollTo(log: Locator, top: number): Promise<void> {
  await log.evaluate((node: { scrollTop: number }, place) => {
    node.scrollTop = place;
  }, top);
}

/** Posts more messages than are seen at once. */
async function fill(stub: PageStub, log: Locator): Promise<void> {
  for (let index = 1; index <= 12; index += 1) stub.post(MINA, { text: `message ${index}\n${lines(4)}` });
  await log.getByText("message 12").waitFor();
}

describe("cards and scrolling on the chat page", { skip: missing }, () => {
  const onPage = useBrowser();

  test("the first button of a list becomes a card with its poster inside the log", () =>
    onPage(async ({ stub, page, log }) => {
      const list = stub.post(MINA, HITS);
      const button = log.getByRole("button").first();
      stub.answer = { delay: 300 };
      await button.click();
      assert.equal(await button.getAttribute("aria-busy"), "true");
      stub.edit(list, CARD);
      const poster = log.getByRole("img", { name: "Photo: Sweet Home" });
      await poster.waitFor();
      await page.evaluate("document.querySelector('[role=log] img').decode()");
      assert.equal(stub.received.at(-1)?.data, "a");
      assert.equal(await log.locator("article").count(), 1);
    }));

  test("a card is seen whole, with its poster, and stays where it is while the picture comes", () =>
    onPage(async ({ stub, page, log }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      stub.pictures = promise;
      await fill(stub, log);
      const list = stub.post(MINA, HITS);
      await log.getByRole("button", { name: "Sweet Home (2020)" }).click();
      stub.edit(list, { ...CARD, caption: lines(13) });
      const card = log.locator("article").last();
      await card.locator("img").waitFor();
      await assertInView(card, log);
      const before = await spanOf(card);
      resolve();
      await page.evaluate("document.querySelector('[role=log] img').decode()");
      assert.deepEqual(await spanOf(card), before);
      const [poster, text] = [await spanOf(card.locator("img")), await spanOf(card.locator(".text"))];
      assert.ok(poster.bottom - poster.top >= 200 && poster.bottom <= text.top);
    }));

  test("a card that is higher than the view is shown from its start, and what comes next from the end", () =>
    onPage(async ({ stub, page, log }) => {
      await fill(stub, log);
      stub.post(MINA, { ...CARD, caption: lines(40) });
      const card = log.locator("article").last();
      await card.locator("img").waitFor();
      const gap = (await spanOf(card)).top - (await spanOf(log)).top;
      assert.ok(gap >= 0 && gap < 20, `${gap}`);
      await assertInView(card.locator("img"), log);
      await page.getByRole("button", { name: "Jump to the newest" }).waitFor();
      stub.post(MINA, { text: "the next" });
      await log.getByText("the next").waitFor();
      await assertInView(log.getByText("the next"), log);
    }));

  test("whoever scrolled up stays there when something comes, and jumps to it with a button", () =>
    onPage(
      async ({ stub, page, log, field }) => {
        await fill(stub, log);
        await assertInView(log.getByText("message 12"), log);
        const jump = page.getByRole("button", { name: "Jump to the newest" });
        await scrollTo(log, 300);
        await jump.waitFor();
        const read = log.getByText("message 5");
        const { top } = await spanOf(read);
        stub.post(MINA, { text: "unseen" });
        await log.getByText("unseen").waitFor();
        assert.equal((await spanOf(read)).top, top);
        await jump.click();
        await jump.waitFor({ state: "hidden" });
        await assertInView(log.getByText("unseen"), log);
        await scrollTo(log, 300);
        await jump.waitFor();
        await field.fill("my own");
        await page.keyboard.press("Enter");
        await log.getByText("my own").waitFor();
        await assertInView(log.getByText("my own"), log);
      },
      { reducedMotion: "reduce" },
    ));

  test("a press in an older message, and what is deleted above, leave in place what is being read", () =>
    onPage(async ({ stub, page, log }) => {
      const list = stub.post(MINA, HITS);
      await fill(stub, log);
      await scrollTo(log, 0);
      await page.getByRole("button", { name: "Jump to the newest" }).waitFor();
      await log.getByRole("button", { name: "Sweet Home (2020)" }).click();
      const message = log.locator("article").first();
      // On a busy machine the driver scrolls about until it can click.
      await scrollTo(log, 0);
      const { top } = await spanOf(message);
      stub.edit(list, CARD);
      await log.locator("img").waitFor();
      assert.equal((await spanOf(message)).top, top);
      // Back, with the start of the card above the view: the list comes into view from its start.
      await scrollTo(log, 120);
      await log.getByRole("button", { name: "Back" }).click();
      stub.edit(list, { ...CARD, caption: "Results again" });
      await log.getByText("Results again").waitFor();
      await assertInView(log.locator("img"), log);
      const read = log.getByText("message 3");
      await scrollTo(log, 700);
      const before = await spanOf(read);
      stub.remove(list);
      await log.locator("img").waitFor({ state: "detached" });
      assert.equal((await spanOf(read)).top, before.top);
    }));

  test("a picture that does not come leaves its name in its place", () =>
    onPage(
      async ({ stub, log }) => {
        stub.post(MINA, { ...CARD, photo: [{ file_id: "gone", width: 400, height: 600 }] });
        await log.locator(".broken").waitFor();
        assert.ok(await log.getByRole("img", { name: "Photo: Sweet Home" }).isVisible());
        const { top, bottom } = await spanOf(log.locator(".broken"));
        assert.ok(bottom - top < 200);
      },
      { expectErrors: true },
    ));
});
