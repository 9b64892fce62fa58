import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before } from "node:test";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { type PageStub, startPageStub } from "./page-stub.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** Why tests of the page cannot run here; `false` when they can. */
export const missing: string | false = CHROMIUM === undefined && "no Chromium found (apt-get install chromium)";
if (missing && process.env.CI) throw new Error(missing);

/** Mina's private chat, which is what the page opens, and the group. */
export const MINA = 101;
export const GROUP = -500;

/** A list of results as the bot posts it. */
export const HITS = {
  text: "Results for sweet home",
  reply_markup: {
    inline_keyboard: [[{ text: "Sweet Home (2020)", callback_data: "a" }], [{ text: "Close", callback_data: "x" }]],
  },
};
/** What makes a card of it. */
export const CARD = {
  text: undefined,
  caption: "Sweet Home\nHyun moves into a new flat.",
  caption_entities: [{ type: "bold", offset: 0, length: 10 }],
  photo: [{ file_id: "Sweet Home", width: 400, height: 600 }],
  reply_markup: { inline_keyboard: [[{ text: "Back", callback_data: "b" }], [{ text: "Close", callback_data: "x" }]] },
};

export interface Opened {
  readonly stub: PageStub;
  readonly page: Page;
  readonly log: Locator;
  readonly field: Locator;
}

/**
 * Starts one browser for the tests of a `describe`.
 *
 * @returns a function that runs a test on a fresh stub and page, and fails it when a script fails, a request leaves
 *   the stub, or the page writes an error that the test does not expect.
 */
export function useBrowser(): (
  run: (opened: Opened) => Promise<void>,
  options?: Parameters<Browser["newPage"]>[0] & { readonly expectErrors?: boolean },
) => Promise<void> {
  let browser: Browser;
  before(async () => {
    if (CHROMIUM === undefined) return;
    const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  after(async () => browser?.close());

  return async (run, { expectErrors = false, ...options } = {}) => {
    const stub = await startPageStub();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    page.setDefaultTimeout(10_000);
    const failures: string[] = [];
    page.on("pageerror", (failure) => failures.push(String(failure)));
    page.on("console", (line) => {
      if (line.type() === "error" && !expectErrors) failures.push(line.text());
    });
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
  };
}
