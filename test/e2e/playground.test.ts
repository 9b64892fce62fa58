import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { type Browser, chromium } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
const missing = existsSync(CHROMIUM) ? false : "Chromium is missing: apt-get install -y chromium";
if (missing && process.env.CI) throw new Error(missing);

/** Starts the program's own playground; resolves to the first URL that it prints. */
async function startPlayground(t: TestContext): Promise<string> {
  const main = new URL("../../core/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "playground"], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGTERM"));
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^Playground: (http:\S+)/.exec(line)?.[1];
    if (url) return url;
  }
  throw new Error("The playground ended without printing its URL.");
}

async function launch(t: TestContext): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  t.after(() => browser.close());
  return browser;
}

test("a stranger types a search, presses the first result, and sees a card with its poster", {
  skip: missing,
}, async (t) => {
  const [url, browser] = await Promise.all([startPlayground(t), launch(t)]);
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(url);
  await page.getByLabel("Message", { exact: true }).fill("/mdl sweet home");
  await page.keyboard.press("Enter");
  const log = page.getByRole("log");
  await log.getByRole("button").first().click();
  const poster = log.locator("img");
  await poster.waitFor();
  assert.ok(
    await poster.evaluate((image: { decode(): Promise<void>; naturalWidth: number }) =>
      image.decode().then(() => image.naturalWidth > 0),
    ),
  );
  assert.match((await log.textContent()) ?? "", /Sweet Home \(2020\)/);
  await log.getByRole("button", { name: "Back to results" }).click();
  await log.getByRole("button", { name: "Sweet Home (2020)" }).waitFor();
  await log.getByRole("button", { name: "Close" }).click();
  await poster.waitFor({ state: "detached" });
  await page.getByLabel("Message", { exact: true }).fill("/imdb matrix");
  await page.keyboard.press("Enter");
  await log.getByRole("button", { name: "The Matrix (1999)" }).click();
  await poster.waitFor();
  assert.match((await log.textContent()) ?? "", /Keanu Reeves \(Neo\)/);
  assert.deepEqual(problems, []);
});
