import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import type { use } from "../../../core/config/define.ts";
import { definePlugin } from "../../../core/plugin/index.ts";
import { load, problems } from "./checking.ts";

test("passwords in URLs are shown neither in force nor in problems, and are kept from the log", () => {
  const url = "https://me:hunt%2Fer22@host/{}?apikey=hunter33";
  const { inForce, secrets } = load({ TV_URL: url, TELEGRAM_API_ROOT: "https://me:hunter44@host" });
  assert.equal(inForce.find(({ name }) => name === "TV_URL")?.value, "https://••••@host/{}?apikey=••••");
  assert.equal(inForce.find(({ name }) => name === "TELEGRAM_API_ROOT")?.value, "https://••••@host");
  for (const secret of ["hunt%2Fer22", "hunt/er22", "hunter33", "hunter44"])
    assert.ok(secrets.includes(secret), secret);
  assert.deepEqual(problems({ TV_URL: "https://me:hunter22@host/", TELEGRAM_API_ROOT: "ftp://me:hunter22@host" }), [
    'TELEGRAM_API_ROOT holds "ftp://••••@host"; wanted: an http(s) URL without a query',
    'TV_URL holds "https://••••@host/"; it must hold {}',
  ]);
});

test("an option that is a secret by its name is masked everywhere, in a schema's own words too", () => {
  const key = "hunter22-hunter22-hunter22";
  const { inForce, secrets } = load({ TV_API_KEY: key });
  assert.equal(inForce.find(({ name }) => name === "TV_API_KEY")?.value, "•••• (26 characters)");
  assert.ok(secrets.includes(key));
  const quoting = definePlugin({
    id: "quoting",
    version: "1.0.0",
    api: 1,
    options: v.object({ token: v.picklist(["a"]) }),
    setup() {},
  });
  const choice = { definition: quoting, options: { token: key } } as ReturnType<typeof use>; // as a JavaScript file may have it
  const [line = ""] = problems({}, { plugins: [choice] });
  assert.match(line, /^bot\.config\.ts: quoting\.token holds •••• \(26 characters\); wanted: /);
  assert.ok(!line.includes("hunter22"), line);
});

test("variables that mean nothing yet are named, and a database's password is nowhere", () => {
  const environment = {
    API_ID: "1",
    API_HASH: "hunter22hash",
    MONGO_URI: "mongodb://me:hunter22@db:27017,other/",
    REDIS_URL: "redis://:hunter33@cache/0",
    DB_NAME: "mine",
    FORCE_SUB_CHANNEL_URL: "https://t.me/x",
  };
  const { inForce, notes, secrets } = load(environment);
  assert.deepEqual(notes.map((note) => note.split(" ")[0]).sort(), [
    "API_HASH",
    "API_ID",
    "DB_NAME",
    "FORCE_SUB_CHANNEL_URL",
    "MONGO_URI",
    "REDIS_URL",
  ]);
  assert.ok(!/hunter/.test(JSON.stringify([inForce, notes])));
  for (const secret of [environment.MONGO_URI, "hunter22", "hunter33", environment.API_HASH])
    assert.ok(secrets.includes(secret), secret);
});
