import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import config from "../../bot.config.ts";
import { type App, createApp } from "../../core/app.ts";
import { loadConfiguration } from "../../core/config/load.ts";
import { createPlayground, openUpstreams, type Playground } from "../../core/playground/index.ts";
import { commandContract, healthContract, sourceContract } from "../../core/plugin/contracts.ts";
import { createLog } from "../../core/telemetry/log.ts";

const titles = [
  { command: "mdl", query: "sweet home", nothing: "qqqqq", id: "34064-sweet-home", unknownId: "1-nothing" },
  { command: "imdb", query: "matrix", nothing: "qqqqq", id: "tt0133093", unknownId: "tt9999999" },
] as const;

const world: { desk?: Playground; app?: App } = {};

before(async () => {
  const desk = await createPlayground();
  const overrides = await openUpstreams(
    desk,
    config.plugins.map(({ definition }) => definition),
  );
  const configuration = loadConfiguration({ config, environment: {}, overrides });
  const log = createLog({ destination: { write: () => undefined }, format: "json", level: "error" });
  Object.assign(world, { desk, app: await createApp({ configuration, log, version: "0.0.0" }) });
});

after(async () => {
  await world.app?.dispose();
  await world.desk?.dispose();
});

function running(): App {
  assert.ok(world.app, "the app did not start");
  return world.app;
}

test("every plugin that comes with the program starts", () => {
  assert.deepEqual(
    running()
      .registry.plugins()
      .map(({ id, state }) => `${id} ${state}`),
    ["mydramalist active", "imdb active", "health active"],
  );
});

for (const { command, ...options } of titles) {
  test(`the source ${command}, over HTTP and the worker pool,`, async (t) => {
    const source = running()
      .registry.items("sources")
      .find((each) => each.command === command);
    assert.ok(source);
    for (const { name, run } of sourceContract({ source, ...options })) await t.test(name, run);
  });
}

test("every health check", async (t) => {
  for (const check of running().registry.items("health")) {
    for (const { name, run } of healthContract(check)) await t.test(`${check.name} ${name}`, run);
  }
});

test("the command /health", async (t) => {
  const command = running()
    .registry.items("commands")
    .find(({ name }) => name === "health");
  assert.ok(command);
  const owner = { id: 5_000_000_001, name: "Owner", isOwner: true };
  for (const { name, run } of commandContract(command, owner)) await t.test(name, run);
});
