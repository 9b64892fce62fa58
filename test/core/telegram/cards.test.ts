import assert from "node:assert/strict";
import { test } from "node:test";
import { InputFile } from "grammy/web";
import type { Lookup } from "../../../core/lookup/lookup.ts";
import { harness, type Setup, source } from "./harness.ts";

const link = "/mdl https://mdl.example/t/7";
const urlRefused = "failed to get HTTP URL content";

/** Sends the link and tells what was tried. */
async function card(setup: Setup = {}) {
  const tools = harness(setup);
  await tools.message(link);
  return { ...tools, calls: tools.take() };
}

const media = (payload: Record<string, unknown> | undefined) =>
  payload?.photo instanceof InputFile ? "upload" : payload?.photo;

test("a poster goes by URL first, by file_id ever after", async () => {
  const { calls, message, take, fileIds } = await card();
  assert.deepEqual(
    calls.map(({ payload }) => media(payload)),
    ["https://p.example/7.jpg"],
  );
  assert.deepEqual([...fileIds], [["https://p.example/7.jpg", "big"]]);
  await message(link);
  assert.equal(media(take()[0]?.payload), "big");
});

test("a file_id that Telegram forgot gives way to the URL", async () => {
  const { message, take, fileIds } = harness({
    fault: ({ payload }) => (payload.photo === "old" ? "wrong file identifier/HTTP URL specified" : undefined),
  });
  fileIds.set("https://p.example/7.jpg", "old");
  await message(link);
  assert.deepEqual(
    take().map(({ payload }) => media(payload)),
    ["old", "https://p.example/7.jpg"],
  );
  assert.equal(fileIds.get("https://p.example/7.jpg"), "big");
});

test("a URL that Telegram refuses is uploaded, and the file_id kept", async () => {
  const { calls, fileIds } = await card({
    fault: ({ payload }) => (typeof payload.photo === "string" ? urlRefused : undefined),
  });
  assert.deepEqual(
    calls.map(({ payload }) => media(payload)),
    ["https://p.example/7.jpg", "upload"],
  );
  assert.equal(fileIds.get("https://p.example/7.jpg"), "big");
});

test("a card is never lost because of its picture", async () => {
  for (const setup of [
    { fault: ({ method }) => (method === "sendPhoto" ? "PHOTO_INVALID_DIMENSIONS" : undefined) },
    { fault: ({ method }) => (method === "sendPhoto" ? "not enough rights to send photos to the chat" : undefined) },
    {
      fault: ({ method }) => (method === "sendPhoto" ? urlRefused : undefined),
      options: { download: () => Promise.reject(new Error("404")) },
    },
    { sources: [source("mdl", { poster: () => "not a url" })] },
    {
      sources: [
        source("mdl", {
          poster: () => {
            throw new Error("no poster");
          },
        }),
      ],
    },
  ] satisfies Setup[]) {
    const { calls } = await card(setup);
    assert.equal(calls.at(-1)?.method, "sendMessage");
    assert.match(String(calls.at(-1)?.payload.text), /<b>Title 7<\/b>/);
  }
});

test("a card that a broken plugin cannot make goes out with what there is", async () => {
  const fail = (): never => {
    throw new TypeError("my bug");
  };
  const title = { name: "title", description: "Title", value: ({ title }: { readonly title: string }) => title };
  const plot = { name: "plot", description: "Plot", value: fail };
  for (const [own, text] of [
    [{ fields: [title, plot] }, "<b>Title 7</b>"],
    [{ defaultTemplate: fail }, '<b><a href="https://mdl.example/t/7">Title 7</a></b>'],
  ] as const) {
    const { calls } = await card({ sources: [source("mdl", { ...own, poster: fail })] });
    assert.deepEqual(
      calls.map(({ payload }) => payload.text),
      [text],
    );
  }
});

test("a card goes out when file_ids and keyboards cannot be kept", async () => {
  const fail = () => Promise.reject(new Error("store"));
  const tools = harness({ options: { fileIds: { get: fail, set: fail } } });
  tools.memory.store.keyboards.put = fail;
  await tools.message(link);
  assert.deepEqual(
    tools.take().map(({ method }) => method),
    ["sendPhoto"],
  );
});

test("a chat out of reach is left alone", async () => {
  const { calls } = await card({ fault: () => ({ code: 403, description: "bot was blocked by the user" }) });
  assert.deepEqual(
    calls.map(({ method }) => method),
    ["sendPhoto"],
  );
});

test("captions hold 1,024, messages 4,096, and html that is refused after all goes as bare text", async () => {
  const long = "<b>word</b> &amp; ".repeat(1000);
  const formatters = [{ name: "long", format: () => long }];
  const photo = await card({ formatters });
  assert.ok(
    String(photo.calls[0]?.payload.caption)
      .replaceAll(/<[^>]*>/g, "")
      .replaceAll("&amp;", "&").length <= 1024,
  );
  const text = await card({ formatters, sources: [source("mdl", { poster: () => undefined })] });
  const sent = String(text.calls[0]?.payload.text)
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&amp;", "&");
  assert.ok(sent.length <= 4096 && sent.length > 4000);
  const refused = await card({
    fault: ({ payload }) => (payload.parse_mode ? "can't parse entities: odd" : undefined),
  });
  assert.equal(refused.calls.at(-1)?.payload.text, "Title 7\nPlot: A <plot> & more");
});

test("formatters are asked in order; one that fails, lingers or has nothing is passed over", {
  timeout: 5000,
}, async () => {
  const asked: string[] = [];
  const formatters = [
    { name: "none", format: () => void asked.push("none") as undefined },
    {
      name: "throws",
      format: () => {
        asked.push("throws");
        throw new Error("broken");
      },
    },
    { name: "empty", format: () => " \u200b" },
    { name: "never", format: () => new Promise<undefined>(() => void asked.push("never")) },
  ];
  const { calls } = await card({ formatters });
  assert.deepEqual(asked, ["none", "throws", "never"]);
  const sent = calls.find(({ method }) => method === "sendPhoto");
  assert.equal(sent?.payload.caption, "<b>Title 7</b>\nPlot: A &lt;plot&gt; &amp; more");
  const own = await card({ formatters: [{ name: "mine", format: ({ userId }) => `<i>for ${userId}</i> & <br>` }] });
  assert.equal(own.calls[0]?.payload.caption, "<i>for 3000000001</i> &amp; &lt;br&gt;");
});

test("a last good card says how old it is", async () => {
  const lookup = {
    details: async () => ({
      record: { id: "7", title: "Old" },
      fetchedAt: Date.now() - 3 * 3_600_000,
      provider: "test",
      tier: "disk",
      stale: true,
    }),
  } as unknown as Lookup;
  const { calls } = await card({ options: { lookup } });
  assert.match(
    String(calls[0]?.payload.text),
    /^<b>Old<\/b>\n\n<i>MDL does not answer right now; this card is 3 hours old/,
  );
});
