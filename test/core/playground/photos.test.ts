import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createPhotos } from "../../../core/playground/photos.ts";
import { pictureSize } from "../../../core/playground/picture-size.ts";
import { createWorld } from "../../../core/playground/world.ts";
import { type Client, MINA, openClient, png } from "./client.ts";

const MEGABYTE = 1024 * 1024;

/** Serves one answer under `/pictures`, and gives its address. */
function serve({ desk }: Client, body: Uint8Array<ArrayBuffer> | string, type = "image/png", status = 200): string {
  desk.mount("/pictures", () => new Response(body, { status, headers: { "content-type": type } }));
  return `${desk.url}/pictures/x.png`;
}

/** Uploads a photo as a form. */
async function upload({ raw }: Client, bytes: Uint8Array<ArrayBuffer>, field = "photo") {
  const form = new FormData();
  form.set("chat_id", String(MINA.id));
  if (field !== "photo") form.set("photo", `attach://${field}`);
  form.set(field, new File([bytes], "poster.jpg"));
  // Every answer of the Bot API has this shape.
  return (await (await raw("sendPhoto", { method: "POST", body: form })).json()) as {
    ok: boolean;
    description?: string;
    result?: { photo: { file_id: string; width: number; height: number }[] };
  };
}

test("a photo by URL is really fetched, and comes in two sizes, the largest last", async (t) => {
  const client = await openClient(t);
  const message = await client.done("sendPhoto", {
    chat_id: MINA.id,
    photo: serve(client, png(400, 600, 967)),
    caption: "<b>card</b>",
    parse_mode: "HTML",
  });
  assert.equal(message.caption, "card");
  assert.deepEqual(message.caption_entities, [{ type: "bold", offset: 0, length: 4 }]);
  assert.equal(message.text, undefined);
  const sizes = message.photo ?? [];
  assert.deepEqual(
    sizes.map(({ width, height }) => [width, height]),
    [
      [213, 320],
      [400, 600],
    ],
  );
  assert.equal(sizes.at(-1)?.file_size, 1000);
  assert.equal(new Set(sizes.flatMap(({ file_id, file_unique_id }) => [file_id, file_unique_id])).size, 4);
});

test("a photo is sent again by the file_id of any of its sizes, and is the same photo", async (t) => {
  const client = await openClient(t);
  const photo = serve(client, png(400, 600));
  const first = await client.done("sendPhoto", { chat_id: MINA.id, photo });
  client.desk.mount("/pictures", () => new Response("gone", { status: 410 }));
  for (const { file_id } of first.photo ?? [])
    assert.deepEqual((await client.done("sendPhoto", { chat_id: MINA.id, photo: file_id })).photo, first.photo);
});

test("a photo is uploaded under its own name or another", async (t) => {
  const client = await openClient(t);
  for (const field of ["photo", "file0"]) {
    const { ok, result } = await upload(client, png(50, 60), field);
    assert.ok(ok);
    assert.deepEqual([result?.photo.at(-1)?.width, result?.photo.at(-1)?.height], [50, 60]);
  }
});

test("an edit may upload its photo, too", async (t) => {
  const client = await openClient(t);
  const { message_id } = await client.done("sendMessage", { chat_id: MINA.id, text: "list" });
  const form = new FormData();
  form.set("chat_id", String(MINA.id));
  form.set("message_id", String(message_id));
  form.set("media", JSON.stringify({ type: "photo", media: "attach://poster", caption: "card" }));
  form.set("poster", new File([png(50, 60)], "poster.jpg"));
  const answer = await client.raw("editMessageMedia", { method: "POST", body: form });
  assert.equal(answer.status, 200);
  const message = client.desk.world.find(MINA.id, message_id);
  assert.deepEqual([message?.caption, message?.photo?.at(-1)?.width], ["card", 50]);
});

test("a file is told and downloaded as it was sent", async (t) => {
  const client = await openClient(t);
  const bytes = png(50, 60, 7);
  const fileId = (await upload(client, bytes)).result?.photo.at(-1)?.file_id ?? "";
  const file = await client.done<Record<string, unknown>>("getFile", { file_id: fileId });
  assert.deepEqual(Object.keys(file), ["file_id", "file_unique_id", "file_size", "file_path"]);
  assert.equal(file.file_size, bytes.length);
  const { desk } = client;
  for (const url of [
    `${desk.apiRoot}/file/bot${desk.token}/${file.file_path}`,
    `${desk.url}/api/files/${encodeURIComponent(fileId)}`,
  ]) {
    const response = await fetch(url);
    assert.equal(response.headers.get("content-type"), "image/png");
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes);
  }
  assert.equal((await fetch(`${desk.apiRoot}/file/bot${desk.token}/photos/x`)).status, 404);
  assert.equal((await fetch(`${desk.apiRoot}/file/bot1:x/${file.file_path}`)).status, 401);
  assert.equal((await fetch(`${desk.url}/api/files/x`)).status, 404);
  assert.equal(await client.refused("getFile", { file_id: "x" }), "Bad Request: invalid file_id");
  assert.equal(await client.refused("getFile"), "Bad Request: file_id not specified");
});

test("a call without a photo is refused", async (t) => {
  const { refused } = await openClient(t);
  for (const photo of [undefined, "", null, "attach://nothing"])
    assert.equal(
      await refused("sendPhoto", { chat_id: MINA.id, photo }),
      "Bad Request: there is no photo in the request",
    );
});

test("what is neither a URL nor a file_id is refused in the words of Telegram's library", async (t) => {
  const { refused } = await openClient(t);
  const wrong = "wrong remote file identifier specified: ";
  const refusals = {
    "not an id": `${wrong}Wrong character in the string`,
    abcde: `${wrong}Wrong string length`,
    AgACAgQAAxkBAAI: `${wrong}can't unserialize it. Wrong last symbol`,
    [`AgACAgQAAx${"A".repeat(40)}y`]: "wrong file identifier/HTTP URL specified",
    "ftp://e.com/x.png": "invalid file HTTP URL specified: Unsupported URL protocol",
    "http:///x.png": "invalid file HTTP URL specified: URL host is empty",
    "http://e.com:99999/x.png": "invalid file HTTP URL specified: Wrong port number specified in the URL",
  };
  for (const [photo, reason] of Object.entries(refusals))
    assert.equal(await refused("sendPhoto", { chat_id: MINA.id, photo }), `Bad Request: ${reason}`, photo);
});

test("a URL that gives no picture is refused in Telegram's words", async (t) => {
  const client = await openClient(t);
  const refused = (photo: string) => client.refused("sendPhoto", { chat_id: MINA.id, photo });
  const failed = "Bad Request: failed to get HTTP URL content";
  const wrong = "Bad Request: wrong type of the web page content";
  assert.equal(await refused(serve(client, "<html>", "text/html")), wrong);
  assert.equal(await refused(serve(client, png(5, 5), "application/octet-stream")), wrong);
  assert.equal(await refused(serve(client, "<html>", "image/png")), wrong);
  assert.equal(await refused(serve(client, "", "image/png")), wrong);
  for (const status of [403, 404, 500]) assert.equal(await refused(serve(client, "x", "image/png", status)), failed);
  assert.equal(await refused("http://127.0.0.1:1/x.png"), failed);
  client.desk.mount("/loop", (request) =>
    Response.redirect(request.url.replace("://", "://").replace(/\/$/, "/loop/x.png")),
  );
  assert.equal(await refused(`${client.desk.url}/loop/x.png`), failed);
});

test("a photo by URL has at most 5 MB, whether its length is told or not", async (t) => {
  const client = await openClient(t);
  const refused = (photo: string) => client.refused("sendPhoto", { chat_id: MINA.id, photo });
  const failed = "Bad Request: failed to get HTTP URL content";
  const most = png(5, 5, 5 * MEGABYTE - 33);
  assert.equal(most.length, 5 * MEGABYTE);
  await client.done("sendPhoto", { chat_id: MINA.id, photo: serve(client, most) });
  assert.equal(await refused(serve(client, png(5, 5, 5 * MEGABYTE))), failed);
  let sent = 0;
  client.desk.mount("/endless", () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent++;
        controller.enqueue(sent === 1 ? png(5, 5) : new Uint8Array(64 * 1024));
      },
    });
    return new Response(body, { headers: { "content-type": "image/png" } });
  });
  assert.equal(await refused(`${client.desk.url}/endless/x.png`), failed);
  assert.ok(sent * 64 * 1024 < 20 * MEGABYTE, `${sent} pieces were taken`);
});

test("an uploaded photo has at most 10 MB, and something in it", async (t) => {
  const client = await openClient(t);
  const most = png(5, 5, 10 * MEGABYTE - 33);
  assert.equal((await upload(client, most)).ok, true);
  assert.equal(
    (await upload(client, png(5, 5, 10 * MEGABYTE))).description,
    "Bad Request: file of size 10485793 bytes is too big for a photo; the maximum size is 10485760 bytes",
  );
  assert.equal((await upload(client, new Uint8Array())).description, "Bad Request: file must be non-empty");
  const page = new TextEncoder().encode("<html>no picture</html>");
  assert.equal((await upload(client, page)).description, "Bad Request: IMAGE_PROCESS_FAILED");
});

test("a photo's sides are at most 10,000 together, and one at most 20 times the other", async (t) => {
  const client = await openClient(t);
  for (const [width, height] of [
    [5000, 5000],
    [400, 20],
    [1, 20],
  ] as const)
    assert.equal((await upload(client, png(width, height))).ok, true, `${width}×${height}`);
  for (const [width, height] of [
    [5001, 5000],
    [401, 20],
    [1, 21],
  ] as const)
    assert.equal((await upload(client, png(width, height))).description, "Bad Request: PHOTO_INVALID_DIMENSIONS");
});

test("a caption has at most 1,024 UTF-16 units after parsing", async (t) => {
  const client = await openClient(t);
  const photo = serve(client, png(5, 5));
  const send = { chat_id: MINA.id, photo, parse_mode: "HTML" };
  for (const caption of [`<b>${"x".repeat(1024)}</b> `, "&amp;".repeat(1024), "😀".repeat(512)])
    assert.equal((await client.done("sendPhoto", { ...send, caption })).caption?.length, 1024);
  for (const caption of ["x".repeat(1025), "😀".repeat(513)])
    assert.equal(await client.refused("sendPhoto", { ...send, caption }), "Bad Request: message caption is too long");
  assert.equal((await client.done("sendPhoto", { ...send, caption: " \n" })).caption, undefined);
});

/** The beginnings of pictures of 300 by 200 pixels. */
const pictures: Readonly<Record<string, readonly [type: string, bytes: string]>> = {
  png: ["image/png", `89504e470d0a1a0a0000000d49484452${"0000012c000000c8"}`],
  gif: ["image/gif", `${Buffer.from("GIF89a").toString("hex")}2c01c800`],
  jpeg: ["image/jpeg", "ffd8ffe000044a46fffffe000378ffc2001108" + "00c8012c03"],
  "lossy webp": ["image/webp", `${Buffer.from("RIFF0000WEBPVP8 ").toString("hex")}000000000000009d012a2c01c800`],
  "lossless webp": ["image/webp", `${Buffer.from("RIFF0000WEBPVP8L").toString("hex")}000000002f2bc13100000000000000`],
  "extended webp": ["image/webp", `${Buffer.from("RIFF0000WEBPVP8X").toString("hex")}0a000000000000002b0100c70000`],
};

test("sizes are read from the heads of PNG, GIF, JPEG and WebP", () => {
  for (const [name, [type, bytes]] of Object.entries(pictures))
    assert.deepEqual(pictureSize(Buffer.from(bytes, "hex")), { width: 300, height: 200, type }, name);
});

test("heads that are cut or damaged are no pictures", () => {
  for (const [name, [, hex]] of Object.entries(pictures)) {
    const bytes = Buffer.from(hex, "hex");
    for (let length = 0; length < bytes.length; length++) pictureSize(bytes.subarray(0, length));
    assert.equal(pictureSize(bytes.subarray(0, 9)), undefined, name);
    assert.equal(pictureSize(Buffer.concat([Buffer.from("x"), bytes])), undefined, name);
  }
  for (const hex of ["ffd8ffff", "ffd8ffda0000ffffffffffff", "ffd8001122334455667788", ""])
    assert.equal(pictureSize(Buffer.from(hex, "hex")), undefined, hex);
  assert.equal(pictureSize(png(0, 5)), undefined);
});

test("at most 2,000 pictures are kept, the newest", () => {
  const photos = createPhotos();
  const ids = Array.from({ length: 2_003 }, (_, n) => photos.byUpload(png(10 + (n % 50), 10 + Math.floor(n / 50)))).map(
    ({ sizes }) => sizes.at(-1)?.file_id ?? "",
  );
  assert.equal(new Set(ids).size, 2_003);
  assert.deepEqual(
    ids.map((id) => photos.find(id) !== undefined),
    ids.map((_, index) => index >= 3),
  );
});

test("the pictures that are kept have at most 256 MB together", () => {
  const photos = createPhotos();
  const size = 8 * MEGABYTE;
  const ids = Array.from({ length: 40 }, (_, n) => photos.byUpload(png(10 + n, 10, size - 33)).sizes.at(-1)?.file_id);
  assert.equal(ids.filter((id) => photos.find(id ?? "")).length, 32);
  assert.ok(photos.find(ids.at(-1) ?? ""));
});

test("closing the world ends what is being fetched, before its time is up", { timeout: 5_000 }, async (t) => {
  const asked = Promise.withResolvers<void>();
  const server = createServer(() => asked.resolve());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  // A listening TCP server has such an address.
  const { port } = server.address() as AddressInfo;
  const bot = { id: 1, is_bot: true, first_name: "Bot" };
  const world = createWorld({ bot, users: [MINA], groups: [], now: Date.now });
  const fetched = world.photos.byUrl(`http://127.0.0.1:${port}/x.png`);
  await asked.promise;
  world.dispose();
  await assert.rejects(fetched, { message: "Bad Request: failed to get HTTP URL content" });
});
