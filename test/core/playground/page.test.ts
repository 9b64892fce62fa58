import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { type PageStub, startPageStub } from "./page-stub.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const MINA = 101;
const GROUP = -500;
const HITS = {
  text: "Results for sweet home",
  reply_markup: {
    inline_keyboard: [[{ text: "Sweet Home (2020)", callback_data: "a" }], [{ text: "Close", callback_data: "x" }]],
  },
};
const CARD = {
  caption: "Sweet Home\nHyun moves into a new flat.",
  caption_entities: [{ type: "bold", offset: 0, length: 10 }],
  photo: [{ file_id: "Sweet Home", width: 400, height: 600 }],
};

describe("the chat page", { skip: CHROMIUM === undefined && "no Chromium found (apt-get install chromium)" }, () => {
  let browser: Browser;

  before(async () => {
    if (CHROMIUM === undefined) return;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  after(async () => browser?.close());

  /** Runs a test on a fresh stub and page, and fails it when a script or a request fails. */
  async function onPage(
    run: (opened: Opened) => Promise<void>,
    options: Parameters<Browser["newPage"]>[0] = {},
  ): Promise<void> {
    const stub = await startPageStub();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    page.setDefaultTimeout(5000);
    const failures: string[] = [];
    page.on("pageerror", (failure) => failures.push(String(failure)));
    page.on("request", (request) => {
      const outside = !request.url().startsWith(stub.url) && !request.url().startsWith("data:");
      if (outside) failures.push(`asked for ${request.url()}`);
    });
    try {
      await page.goto(stub.url);
      await page.locator("#chats button").first().waitFor({ state: "attached" });
      await run({ stub, page, log: page.getByRole("log"), field: page.getByLabel("Message", { exact: true }) });
      assert.deepEqual(failures, []);
    } finally {
      await page.close();
      await stub.close();
    }
  }

  interface Opened {
    readonly stub: PageStub;
    readonly page: Page;
    readonly log: Locator;
    readonly field: Locator;
  }

  test("it opens in a private chat, ready to type, and Enter sends", () =>
    onPage(async ({ stub, page, log, field }) => {
      assert.equal(await page.getByLabel("Message", { exact: true }).count(), 1);
      assert.ok(await page.evaluate("document.activeElement.getAttribute('aria-label') === 'Message'"));
      await page.keyboard.type("/mdl sweet home");
      await page.keyboard.press("Enter");
      await log.getByText("/mdl sweet home").waitFor();
      assert.equal(stub.received.at(-1)?.text, "/mdl sweet home");
      assert.equal(stub.received.at(-1)?.chatId, MINA);
      assert.equal(await field.inputValue(), "");
    }));

  test("the first button of a list becomes a card with its poster inside the log", () =>
    onPage(async ({ stub, page, log }) => {
      const list = stub.post(MINA, HITS);
      const button = log.getByRole("button").first();
      stub.answer = { delay: 300 };
      await button.click();
      assert.equal(await button.getAttribute("aria-busy"), "true");
      stub.edit(list, { text: undefined, ...CARD });
      const poster = log.getByRole("img", { name: "Photo: Sweet Home" });
      await poster.waitFor();
      await page.evaluate("document.querySelector('[role=log] img').decode()");
      assert.equal(stub.received.at(-1)?.data, "a");
      assert.equal(await log.locator("article").count(), 1);
    }));

  test("an answer to a press is shown as a passing line or as a box", () =>
    onPage(async ({ stub, page, log }) => {
      stub.post(MINA, HITS);
      stub.answer = { text: "That list is too old." };
      await log.getByRole("button", { name: "Close" }).click();
      await page.getByRole("status").getByText("That list is too old.").waitFor();
      stub.answer = { text: "Not yours.", showAlert: true };
      await log.getByRole("button", { name: "Close" }).click();
      await page.getByRole("dialog").getByText("Not yours.").waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
    }));

  test("slash opens the commands: arrows choose, Enter completes only then, Tab completes at once", () =>
    onPage(async ({ stub, page, log, field }) => {
      await page.getByRole("button", { name: "Commands" }).waitFor();
      await page.keyboard.type("/im");
      await page.getByRole("option").waitFor();
      await page.keyboard.press("Tab");
      assert.equal(await field.inputValue(), "/imdb ");
      await field.fill("/m");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      assert.equal(await field.inputValue(), "/mdlurl ");
      await field.fill("/mdl");
      await page.keyboard.press("Enter");
      await log.getByText("/mdl").waitFor();
      assert.equal(stub.received.length, 1);
    }));

  test("a message is replied to by keyboard", () =>
    onPage(async ({ stub, page, log }) => {
      const message = stub.post(MINA, { text: "Which one?" });
      await log.getByText("Which one?").waitFor();
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("r");
      await page.getByText("Reply to Dramabot").waitFor();
      await page.keyboard.type("The first");
      await page.keyboard.press("Enter");
      await log.locator(".mine .quote").getByText("Which one?").waitFor();
      assert.equal(stub.received.at(-1)?.replyTo, message.message_id);
    }));

  test("edits, deletions and typing are shown, and a broken line is joined again", () =>
    onPage(async ({ stub, page, log }) => {
      const message = stub.post(MINA, { text: "one" });
      await log.getByText("one").waitFor();
      stub.edit(message, { text: "two" });
      await log.getByText("two").waitFor();
      stub.event({ type: "typing", chatId: MINA });
      await page.locator("#chat-status").getByText("typing").waitFor();
      stub.remove(message);
      await page.getByRole("button", { name: "/mdl sweet home" }).waitFor();
      stub.cut();
      stub.post(MINA, { text: "while away" });
      await log.getByText("while away").waitFor();
    }));

  test("texts are shown as they are and entities as what they mean", () =>
    onPage(async ({ stub, log }) => {
      const text = "<img src=x onerror=alert(1)> 🎬 bold link bad";
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
        ],
      });
      await log.getByText("<img src=x onerror=alert(1)> 🎬").waitFor();
      assert.equal(await log.locator("img").count(), 0);
      assert.equal(await log.locator("b").textContent(), "bold");
      assert.equal(await log.getByRole("link").count(), 1);
    }));

  test("people and chats are switched, each with its own draft", () =>
    onPage(async ({ stub, page, field }) => {
      await field.fill("half a thought");
      await page.getByRole("button", { name: /Drama club/ }).click();
      assert.equal(await field.inputValue(), "");
      await page.getByRole("radio", { name: "Jonas Berg" }).click();
      await field.fill("hello");
      await page.keyboard.press("Enter");
      await page.getByRole("log").getByText("hello").waitFor();
      assert.deepEqual([stub.received.at(-1)?.chatId, stub.received.at(-1)?.userId], [GROUP, 102]);
      await page.getByRole("radio", { name: "Mina Park" }).click();
      await page.getByRole("button", { name: /Dramabot/ }).click();
      assert.equal(await field.inputValue(), "half a thought");
    }));

  test("a phone shows the chat in full and the list behind a button, nothing wider than the screen", () =>
    onPage(
      async ({ stub, page, field }) => {
        stub.post(MINA, CARD);
        assert.ok(await field.isVisible());
        await page.getByRole("button", { name: "All chats" }).click();
        await page.getByRole("button", { name: /Drama club/ }).click();
        assert.equal(await page.locator("#chat-title").textContent(), "Drama club");
        assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"));
      },
      { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    ));

  test("dark colours follow the system and can be switched", () =>
    onPage(
      async ({ page }) => {
        assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
        await page.getByRole("button", { name: "Dark colours" }).click();
        assert.equal(await page.locator("html").getAttribute("data-theme"), "light");
      },
      { colorScheme: "dark" },
    ));
});
