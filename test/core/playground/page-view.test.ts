import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { lowContrast } from "./contrast.ts";
import { CARD, GROUP, HITS, MINA, missing, useBrowser } from "./page-stage.ts";

describe("what the chat page shows", { skip: missing }, () => {
  const onPage = useBrowser();

  test("edits, deletions and typing are shown", () =>
    onPage(async ({ stub, page, log }) => {
      const message = stub.post(MINA, { text: "one" });
      await log.getByText("one").waitFor();
      stub.edit(message, { text: "two" });
      await log.getByText("two").waitFor();
      const status = page.locator("#chat-status");
      await page.clock.install();
      stub.event({ type: "typing", chatId: MINA });
      await status.getByText("typing").waitFor();
      await page.clock.fastForward(5000);
      assert.equal(await status.textContent(), "bot");
      stub.event({ type: "typing", chatId: MINA });
      await status.getByText("typing").waitFor();
      stub.post(MINA, { text: "three" });
      await status.getByText("bot").waitFor();
      stub.remove(message);
      await log.getByText("two").waitFor({ state: "detached" });
    }));

  test("what is wrong with plugins stands on the page, a line each, until it is mended", () =>
    onPage(async ({ stub, page }) => {
      const place = page.getByRole("region", { name: "Plugins" });
      await place.waitFor({ state: "hidden" });
      const long = `plugins/b.ts:2: ${"it threw <b>boom</b> ".repeat(20)}`;
      stub.event({ type: "problems", problems: ["plugins/a.ts:1: it is broken. Mend it.", long] });
      await place.getByText("2 problems with plugins:").waitFor();
      const lines = place.getByRole("listitem");
      assert.deepEqual(await lines.allTextContents(), ["plugins/a.ts:1: it is broken. Mend it.", long]);
      const boxes = await Promise.all([lines.nth(0), lines.nth(1)].map((line) => line.boundingBox()));
      assert.ok((boxes[1]?.y ?? 0) >= (boxes[0]?.y ?? 0) + (boxes[0]?.height ?? 0), "one below the other");
      assert.deepEqual(await lowContrast(page), []);
      stub.event({ type: "problems", problems: Array.from({ length: 99 }, (_, n) => `plugins/p${n}.ts: it fails`) });
      await place.getByText("99 problems").waitFor();
      const height = (await place.boundingBox())?.height ?? 0;
      const whole = page.viewportSize()?.height ?? 0;
      assert.ok(height < whole / 2, `${height} of ${whole} leave room for the conversation`);
      stub.event({ type: "problems", problems: [] });
      await place.waitFor({ state: "hidden" });
      stub.problems = ["plugins/a.ts:1: it is broken. Mend it."];
      await page.reload();
      await place.getByText("A plugin has a problem:").waitFor();
    }));

  test("a server that goes away is told of, what was not sent stays in the field, and the line is joined again", () =>
    onPage(
      async ({ stub, page, log, field }) => {
        stub.post(MINA, { text: "before" });
        await log.getByText("before").waitFor();
        await page.clock.install();
        stub.broken = "everything";
        stub.cut();
        const note = page.getByText("The playground does not answer. Trying again…");
        await note.waitFor();
        await field.fill("anyone there?");
        await page.keyboard.press("Enter");
        await page.getByRole("status").getByText("503").waitFor();
        assert.equal(await field.inputValue(), "anyone there?");
        // It comes back as another one: nothing of before is known to it.
        stub.forget();
        stub.broken = "state";
        await page.clock.fastForward(5000);
        assert.ok(await note.isVisible());
        stub.broken = "nothing";
        stub.post(MINA, { text: "while away" });
        await page.clock.fastForward(10_000);
        await log.getByText("while away").waitFor();
        assert.equal(await log.getByText("before").count(), 0);
        await note.waitFor({ state: "hidden" });
        await page.getByText("Sample catalogue").waitFor();
      },
      { expectErrors: true },
    ));

  test("texts are shown as they are and entities as what they mean", () =>
    onPage(async ({ stub, page, log }) => {
      const text = "<img src=x onerror=alert(1)> 🎬 bold link bad hidden";
      const entity = (type: string, word: string, more = {}): object => ({
        type,
        offset: text.indexOf(word),
        length: word.length,
        ...more,
      });
      stub.post(MINA, {
        text,
        entities: [
          entity("bold", "bold"),
          entity("text_link", "link", { url: "https://mydramalist.com/" }),
          entity("text_link", "bad", { url: "javascript:alert(1)" }),
          entity("spoiler", "hidden"),
        ],
      });
      await log.getByText("<img src=x onerror=alert(1)> 🎬").waitFor();
      assert.equal(await log.locator("img").count(), 0);
      assert.equal(await log.locator("b").textContent(), "bold");
      assert.equal(await log.getByRole("link").count(), 1);
      await log.getByRole("button", { name: "Show spoiler" }).press("Enter");
      assert.equal(await log.getByRole("button").count(), 0);
      stub.post(MINA, { text: "שלום, what is on tonight?" });
      const hebrew = log.getByText("שלום");
      await hebrew.waitFor();
      assert.ok(await hebrew.evaluate((node: { matches(selector: string): boolean }) => node.matches(":dir(rtl)")));
      stub.post(MINA, { text: "x".repeat(4096) });
      await log.getByText("xxxx").waitFor();
      assert.ok(
        await page.evaluate("document.getElementById('log').scrollWidth <= document.getElementById('log').clientWidth"),
      );
    }));

  test("a screen reader finds names for all there is, and new messages are read out", () =>
    onPage(async ({ stub, page, log }) => {
      stub.post(GROUP, {
        ...CARD,
        reply_to_message: { message_id: 1, from: { id: 101, first_name: "Mina" }, text: "?" },
      });
      await page.getByRole("button", { name: /Drama club/ }).click();
      await log.getByRole("article", { name: /^Dramabot, \d.*: Sweet Home/ }).hover();
      await page.getByRole("button", { name: "Reply" }).click();
      await page.getByRole("button", { name: "Commands" }).click();
      const snapshot = await page.locator("body").ariaSnapshot();
      assert.match(snapshot, /textbox "Message"/);
      assert.match(snapshot, /img "Photo: Sweet Home"/);
      assert.doesNotMatch(snapshot, /^\s*- (button|link|img|radio|option|textbox)(:| \[|$)/m);
      // A chat that was just opened is not read out.
      await page.locator("[role=log][aria-live=polite]").waitFor();
    }));

  for (const colorScheme of ["light", "dark"] as const) {
    test(`every text stands out from its background in ${colorScheme} colours`, () =>
      onPage(
        async ({ stub, page, log }) => {
          await page.getByRole("button", { name: "/imdb matrix" }).waitFor();
          assert.deepEqual(await lowContrast(page), []);
          const text = "code link quoted";
          const entities = ["code", "text_link", "blockquote"].map((type, index) => ({
            type,
            offset: [0, 5, 10][index],
            length: [4, 4, 6][index],
            url: "https://mydramalist.com/",
          }));
          const asked = stub.post(GROUP, { text: "/mdl sweet home", from: { id: 101, first_name: "Mina" } });
          stub.post(GROUP, { text, entities, reply_markup: HITS.reply_markup });
          stub.post(GROUP, { ...CARD, reply_to_message: asked });
          await page.getByRole("button", { name: /Drama club/ }).click();
          stub.answer = { text: "That list is too old." };
          await log.getByRole("button", { name: "Sweet Home (2020)" }).click();
          await page.getByRole("status").getByText("too old").waitFor();
          await log.getByText("/mdl sweet home").first().hover();
          await page.getByRole("button", { name: "Reply" }).click();
          await page.keyboard.type("/");
          await page.keyboard.press("ArrowDown");
          assert.deepEqual(await lowContrast(page), []);
        },
        { colorScheme },
      ));
  }

  test("colours follow the system, and a choice of one's own is remembered", () =>
    onPage(
      async ({ page }) => {
        const theme = (): Promise<string> => page.evaluate("getComputedStyle(document.documentElement).colorScheme");
        assert.equal(await theme(), "dark");
        await page.emulateMedia({ colorScheme: "light" });
        await page.locator("html[data-theme=light]").waitFor({ state: "attached" });
        assert.equal(await theme(), "light");
        await page.getByRole("button", { name: "Dark colours", pressed: false }).click();
        assert.equal(await theme(), "dark");
        await page.reload();
        await page.getByRole("button", { name: "Dark colours", pressed: true }).waitFor();
        assert.equal(await theme(), "dark");
      },
      { colorScheme: "dark" },
    ));

  test("whoever wants no motion sees none", () =>
    onPage(
      async ({ stub, page, log }) => {
        stub.post(MINA, HITS);
        stub.answer = { delay: 500 };
        await log.getByRole("button", { name: "Close" }).click();
        stub.event({ type: "typing", chatId: MINA });
        await page.locator("#chat-status").getByText("typing").waitFor();
        await page.evaluate("new Promise(requestAnimationFrame)");
        await page.waitForFunction("document.getAnimations().length === 0");
      },
      { reducedMotion: "reduce" },
    ));

  test("a phone shows the chat in full and the list behind a button, nothing wider than the screen", () =>
    onPage(
      async ({ stub, page, log, field }) => {
        stub.post(MINA, CARD);
        assert.ok(await field.isVisible());
        await log.locator(".text").tap();
        await page.getByRole("button", { name: "Reply" }).tap();
        await page.getByText("Reply to Dramabot").waitFor();
        await page.getByRole("button", { name: "Cancel reply" }).tap();
        await page.getByRole("button", { name: "All chats" }).tap();
        await page.getByRole("button", { name: /Drama club/ }).tap();
        assert.equal(await page.locator("#chat-title").textContent(), "Drama club");
        await page.getByRole("button", { name: "Writing as Mina Park" }).tap();
        await page.getByRole("radio", { name: "Jonas Berg" }).tap();
        await page.getByRole("button", { name: "Writing as Jonas Berg" }).waitFor();
        assert.equal(await page.locator("#chat-title").textContent(), "Drama club");
        assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
      },
      { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    ));
});
