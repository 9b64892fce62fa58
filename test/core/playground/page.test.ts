import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GROUP, HITS, MINA, missing, useBrowser } from "./page-stage.ts";

const focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent";

describe("writing on the chat page", { skip: missing }, () => {
  const onPage = useBrowser();

  test("it opens in a private chat, ready to type, and Enter sends", () =>
    onPage(async ({ stub, page, log, field }) => {
      assert.equal(await page.getByLabel("Message", { exact: true }).count(), 1);
      assert.equal(await page.evaluate(focused), "Message");
      await page.keyboard.type("/mdl sweet home");
      await page.keyboard.press("Enter");
      await log.getByText("/mdl sweet home").waitFor();
      assert.equal(stub.received.at(-1)?.text, "/mdl sweet home");
      assert.equal(stub.received.at(-1)?.chatId, MINA);
      assert.equal(await field.inputValue(), "");
      assert.equal(await page.evaluate(focused), "Message");
    }));

  test("Shift+Enter begins a new line, and blank lines alone are not sent", () =>
    onPage(async ({ stub, page, field }) => {
      await page.keyboard.press("Shift+Enter");
      await page.keyboard.press("Enter");
      assert.ok(await page.getByRole("button", { name: "Send" }).isDisabled());
      await field.fill("");
      const low = (await field.boundingBox())?.height ?? 0;
      await page.keyboard.type("one");
      await page.keyboard.press("Shift+Enter");
      await page.keyboard.type("two");
      assert.ok(((await field.boundingBox())?.height ?? 0) > low);
      await page.keyboard.press("Enter");
      await page.getByRole("log").getByText("two").waitFor();
      assert.deepEqual(
        stub.received.map(({ text }) => text),
        ["one\ntwo"],
      );
    }));

  test("slash opens the commands: arrows choose, Enter completes only then, Tab completes at once", () =>
    onPage(async ({ stub, page, log, field }) => {
      await page.getByRole("button", { name: "Commands" }).waitFor();
      await page.keyboard.type("/im");
      await page.getByRole("option").waitFor();
      await page.keyboard.press("Tab");
      assert.equal(await field.inputValue(), "/imdb ");
      await field.fill("/m");
      assert.equal(await page.getByRole("option", { selected: true }).count(), 0);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      const chosen = page.getByRole("option", { selected: true });
      assert.match((await chosen.textContent()) ?? "", /^\/mdlurl/);
      assert.equal(await field.getAttribute("aria-activedescendant"), await chosen.getAttribute("id"));
      await page.keyboard.press("Enter");
      assert.equal(await field.inputValue(), "/mdlurl ");
      await field.fill("/mdl");
      await page.keyboard.press("Enter");
      await log.getByText("/mdl").waitFor();
      assert.equal(stub.received.length, 1);
    }));

  test("arrows go round in the commands, typing on takes the choice back, Escape closes them", () =>
    onPage(async ({ stub, page, log, field }) => {
      await page.getByRole("button", { name: "Commands" }).click();
      await page.keyboard.press("ArrowUp");
      await page.getByRole("option", { name: /^\/help/, selected: true }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.getByRole("option", { name: /^\/mdl /, selected: true }).waitFor();
      await page.keyboard.type("mdl");
      assert.equal(await page.getByRole("option", { selected: true }).count(), 0);
      await page.keyboard.press("Escape");
      await page.getByRole("listbox").waitFor({ state: "hidden" });
      assert.equal(await field.inputValue(), "/mdl");
      await page.keyboard.press("Enter");
      await log.getByText("/mdl").waitFor();
      await field.fill("/");
      await page.getByRole("option", { name: /^\/imdb/ }).click();
      assert.equal(await field.inputValue(), "/imdb ");
      assert.equal(await page.evaluate(focused), "Message");
      assert.equal(stub.received.length, 1);
    }));

  test("a message is replied to by keyboard, and Escape calls the reply off", () =>
    onPage(async ({ stub, page, log }) => {
      const message = stub.post(MINA, { text: "Which one?" });
      await log.getByText("Which one?").waitFor();
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("r");
      await page.getByText("Reply to Dramabot").waitFor();
      await page.keyboard.press("Escape");
      await page.getByText("Reply to Dramabot").waitFor({ state: "hidden" });
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Enter");
      await page.keyboard.type("The first");
      await page.keyboard.press("Enter");
      await log.locator(".mine .quote").getByText("Which one?").waitFor();
      assert.equal(stub.received.at(-1)?.replyTo, message.message_id);
    }));

  test("the keyboard alone reaches a button, and the focus stays with the message or returns to the field", () =>
    onPage(async ({ stub, page, log }) => {
      const list = stub.post(MINA, HITS);
      await log.getByRole("button", { name: "Close" }).waitFor();
      for (const _ of ["Commands", "Close", "Sweet Home"]) await page.keyboard.press("Shift+Tab");
      assert.equal(await page.evaluate(focused), "Sweet Home (2020)");
      await page.keyboard.press("Enter");
      await page.waitForFunction("document.activeElement.getAttribute('aria-busy') !== 'true'");
      assert.equal(stub.received.at(-1)?.data, "a");
      stub.edit(list, { text: "Sweet Home, the card" });
      await log.getByText("the card").waitFor();
      assert.equal(await page.evaluate(focused), "Sweet Home (2020)");
      stub.edit(list, { text: "no buttons", reply_markup: undefined });
      await log.getByText("no buttons").waitFor();
      assert.match(await page.evaluate(focused), /^Dramabot, .*no buttons$/);
      stub.remove(list);
      await log.locator("article").waitFor({ state: "detached" });
      assert.equal(await page.evaluate(focused), "Message");
    }));

  test("Escape in the list and typing anywhere lead to the field, and a click on a button leaves the focus there", () =>
    onPage(async ({ stub, page, log, field }) => {
      stub.post(MINA, HITS);
      await log.getByRole("button", { name: "Close" }).click();
      assert.equal(await page.evaluate(focused), "Message");
      await log.getByRole("button", { name: "Close" }).focus();
      await page.keyboard.press("Escape");
      assert.equal(await page.evaluate(focused), "Message");
      await page.getByRole("button", { name: "Dark colours" }).focus();
      await page.keyboard.type("run");
      assert.equal(await field.inputValue(), "run");
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
      assert.equal(await page.evaluate(focused), "Message");
    }));

  test("people and chats are switched, each with its own draft", () =>
    onPage(async ({ stub, page, field }) => {
      await field.fill("half a thought");
      await page.getByRole("button", { name: /Drama club/ }).click();
      assert.equal(await field.inputValue(), "");
      await page.getByRole("radio", { name: "Jonas Berg" }).click();
      await page.getByRole("button", { name: "Writing as Jonas Berg" }).waitFor();
      await field.fill("hello");
      await page.keyboard.press("Enter");
      await page.getByRole("log").getByText("hello").waitFor();
      assert.deepEqual([stub.received.at(-1)?.chatId, stub.received.at(-1)?.userId], [GROUP, 102]);
      await page.getByRole("radio", { name: "Jonas Berg" }).press("ArrowLeft");
      await page.getByRole("button", { name: /^Dramabot/ }).click();
      assert.equal(await field.inputValue(), "half a thought");
      stub.post(GROUP, { text: "news" });
      await page
        .getByRole("button", { name: /Drama club.*Dramabot: news/ })
        .getByLabel("1 unread")
        .waitFor();
    }));

  test("a first-time visitor sends a suggestion, and in a group starts from a command", () =>
    onPage(
      async ({ stub, page, log, field }) => {
        await page.getByText("Sample catalogue").waitFor();
        await page.getByRole("button", { name: "crash landing" }).click();
        await log.getByText("crash landing").waitFor();
        assert.equal(stub.received.at(-1)?.text, "crash landing");
        await page.getByRole("button", { name: /Drama club/ }).click();
        await page.getByRole("button", { name: "/mdl sweet home" }).waitFor();
        assert.equal(await page.getByRole("button", { name: "crash landing", exact: true }).count(), 0);
        stub.suggestions = ["sweet home"];
        stub.cut();
        await page.getByRole("button", { name: "/imdb", exact: true }).click();
        assert.equal(await page.getByRole("button", { name: "/mdlurl", exact: true }).count(), 0);
        assert.equal(await field.inputValue(), "/imdb ");
        assert.equal(stub.received.length, 1);
      },
      { expectErrors: true },
    ));
});
