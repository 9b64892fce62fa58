import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as v from "valibot";
import { defineConfig, use } from "../../../core/config/define.ts";
import { readEnvironment } from "../../../core/config/environment.ts";
import { loadConfiguration } from "../../../core/config/load.ts";
import { definePlugin } from "../../../core/plugin/index.ts";

const tv = definePlugin({
  id: "tv",
  version: "1.0.0",
  api: 1,
  options: v.object({
    url: v.optional(v.pipe(v.string(), v.url("an http(s) URL")), "https://api.example.org"),
    old: v.optional(v.string()),
  }),
  env: { url: ["TV_URL", "OLD_TV_URL"] },
  setup() {},
});
const config = defineConfig({ plugins: [use(tv)] });

test("defaults stand when nothing is set", () => {
  const { settings } = loadConfiguration({ config, environment: {} });
  assert.equal(settings.PORT, 8080);
  assert.equal(settings.IS_PUBLIC, false);
  assert.equal(settings.BOT_TOKEN, undefined);
  assert.equal(settings.TELEGRAM_API_ROOT, "https://api.telegram.org");
});

test("all problems are told at once, each with name, value and what is wanted, and no secret", () => {
  const token = "hunter2-is-no-token";
  assert.throws(
    () =>
      loadConfiguration({
        config,
        required: ["BOT_TOKEN", "OWNER_ID"],
        environment: { BOT_TOKEN: token, PORT: "eighty", TV_URL: "nowhere" },
      }),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, "config.invalid");
      assert.match(error.message, /4 problems/);
      assert.match(error.message, /BOT_TOKEN holds •••• \(19 characters\); wanted: the token/);
      assert.match(error.message, /OWNER_ID is not set; wanted: your numeric/);
      assert.match(error.message, /PORT holds "eighty"; wanted: a port/);
      assert.match(error.message, /TV_URL holds "nowhere"; wanted: an http\(s\) URL/);
      assert.ok(!error.message.includes(token));
      return true;
    },
  );
});

test("an older name of a variable is read when the newer is not set", () => {
  const read = (environment: Record<string, string>) => loadConfiguration({ config, environment }).plugins[0];
  assert.deepEqual(read({ OLD_TV_URL: "http://127.0.0.1:1/x" })?.options, { url: "http://127.0.0.1:1/x" });
  assert.deepEqual(read({ OLD_TV_URL: "http://a.example/", TV_URL: "http://b.example/" })?.options, {
    url: "http://b.example/",
  });
});

test("only origins that the operator set are the operator's", () => {
  assert.deepEqual(loadConfiguration({ config, environment: {} }).plugins[0]?.operatorOrigins, []);
  const set = loadConfiguration({ config, environment: { TV_URL: "http://10.0.0.1:8000/x?q={}" } });
  assert.deepEqual(set.plugins[0]?.operatorOrigins, ["http://10.0.0.1:8000"]);
});

test("the process environment wins over .env, which wins over config.env; an empty string is unset", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "config.env"), "A=1\nB=1\nC=1\nD=1\n");
  writeFileSync(join(folder, ".env"), "B=2\nC='2'\nD=\n");
  const { A, B, C, D } = readEnvironment(folder, { C: "3", D: "" });
  assert.deepEqual([A, B, C, D], ["1", "2", "3", "1"]);
});

test("what is in force is shown with secrets masked, and ignored variables are named", () => {
  const environment = {
    BOT_TOKEN: "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    API_ID: "1",
    MONGO_URI: "mongodb://me:secret@db/",
  };
  const { inForce, notes, secrets } = loadConfiguration({ config, environment });
  assert.equal(inForce.find(({ name }) => name === "BOT_TOKEN")?.value, "123456:•••• (42 characters)");
  assert.ok(!JSON.stringify(inForce).includes("secret@"));
  assert.ok(notes.some((note) => note.startsWith("API_ID is ignored")));
  assert.ok(secrets.includes(environment.MONGO_URI));
});
