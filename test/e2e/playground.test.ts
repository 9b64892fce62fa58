import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { after, before, describe, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { program } from "../program.ts";

const CHROMIUM = "/usr/bin/chromium";
const missing = existsSync(CHROMIUM) ? false : "Chromium is missing: apt-get install -y chromium";
if (missing && process.env.CI) throw new Error(missing);
/** Captured pages, which are not part of the project. */
const CAPTURED = fileURLToPath(new URL("../../../shared/fixtures", import.meta.url));

/** Starts the program's own playground; resolves to the first URL that it prints. SIGTERM ends it after the test. */
async function startPlayground(t: TestContext, ...options: readonly string[]): Promise<string> {
  const child = spawn(...program("playground", ...options), { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  t.after(async () => {
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null], "the playground did not end of itself on SIGTERM");
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Playground: (http:\S+)/.exec(line)?.[1];
    if (url) return url;
  }
  throw new Error("The playground ended without printing its URL.");
}

describe("the playground in a browser", { skip: missing }, () => {
  let browser: Browser;
  before(async () => {
    if (missing) return;
    const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  after(async () => browser?.close());

  /** Opens the page as a visitor; whatever the page or its security policy complains of fails the test. */
  async function visit(
    t: TestContext,
    url: string,
    options: Parameters<Browser["newPage"]>[0] = {},
  ): Promise<{
    readonly page: Page;
    readonly log: Locator;
    readonly problems: readonly string[];
    send(text: string): Promise<void>;
  }> {
    const page = await browser.newPage(options);
    t.after(() => page.close());
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (line) => {
      if (line.type() === "error") problems.push(line.text());
    });
    await page.goto(url);
    return {
      page,
      log: page.getByRole("log"),
      problems,
      async send(text) {
        await page.getByLabel("Message", { exact: true }).fill(text);
        await page.keyboard.press("Enter");
      },
    };
  }

  async function assertLoaded(poster: Locator): Promise<void> {
    await poster.waitFor();
    const width = await poster.evaluate((image: { decode(): Promise<void>; naturalWidth: number }) =>
      image.decode().then(() => image.naturalWidth),
    );
    assert.ok(width > 0, "the poster is empty");
  }

  test("a stranger types a search, presses the first result, and sees a card with its poster", async (t) => {
    const { page, log, problems, send } = await visit(t, await startPlayground(t));
    await page.getByText("Sample catalogue").waitFor();
    await send("/mdl sweet home");
    await log.getByRole("button").first().click();
    const poster = log.locator("img");
    await assertLoaded(poster);
    assert.match((await log.textContent()) ?? "", /Sweet Home \(2020\)/);
    await log.getByRole("button", { name: "Back to results" }).click();
    await log.getByRole("button", { name: "Sweet Home (2020)" }).waitFor();
    await log.getByRole("button", { name: "Close" }).click();
    await poster.waitFor({ state: "detached" });
    await send("/imdb matrix");
    await log.getByRole("button", { name: "The Matrix (1999)" }).click();
    await assertLoaded(poster);
    assert.match((await log.textContent()) ?? "", /Keanu Reeves \(Neo\)/);
    assert.deepEqual(problems, []);
  });

  test("on a phone a suggestion is tapped, then a result, and the card's poster stands in view", async (t) => {
    const { page, log, problems } = await visit(t, await startPlayground(t), {
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
    });
    await page.getByRole("button", { name: /sweet home/ }).tap();
    await log.getByRole("button", { name: "Sweet Home (2020)" }).first().tap();
    const poster = log.locator("img");
    await assertLoaded(poster);
    const [picture, view] = [await poster.boundingBox(), await log.boundingBox()];
    assert.ok(picture && view && picture.y >= view.y && picture.y + picture.height <= view.y + view.height);
    assert.ok(picture.x >= 0 && picture.x + picture.width <= 390);
    assert.deepEqual(problems, []);
  });

  test("in the group, commands are answered with a reply to whoever asked", async (t) => {
    const { page, log, problems, send } = await visit(t, await startPlayground(t));
    await page.getByRole("button", { name: /Drama club/ }).click();
    await send("what shall we watch?");
    await page.getByRole("radio", { name: "Jonas Berg" }).click();
    await send("/mdl sweet home");
    await log.locator(".quote", { hasText: "Jonas Berg" }).waitFor();
    await log.getByRole("button", { name: "Sweet Home (2020)" }).click();
    await assertLoaded(log.locator("img"));
    assert.equal(await log.getByRole("article", { name: /^Dramabot/ }).count(), 1);
    assert.equal(await log.getByRole("article", { name: /^Mina Park, .*what shall we watch/ }).count(), 1);
    assert.deepEqual(problems, []);
  });

  const uncaptured = existsSync(CAPTURED) ? false : "the captured pages (../shared/fixtures) are not here";
  test("--replay shows the cards of captured titles and says so", { skip: uncaptured }, async (t) => {
    const { page, log, problems, send } = await visit(t, await startPlayground(t, "--replay", CAPTURED));
    await page.getByText("Replay: answers come from captured pages").waitFor();
    await send("/mdl sweet home");
    await log.getByRole("button", { name: "Sweet Home (2020)" }).click();
    const card = log.getByRole("article").last();
    await assertLoaded(card.locator("img"));
    assert.match((await card.textContent()) ?? "", /Song Kang.*Cha Hyun Soo moves to a new apartment/s);
    await send("/imdb the matrix");
    await log.getByRole("button", { name: "The Matrix (1999)" }).click();
    await assertLoaded(card.locator("img"));
    assert.match((await card.textContent()) ?? "", /Matrix \(1999\).*Keanu Reeves \(Neo\)/s);
    assert.deepEqual(problems, []);
  });
});
