import assert from "node:assert/strict";
import { test } from "node:test";
import config from "../../../bot.config.ts";
import { createApp } from "../../../core/app.ts";
import { loadConfiguration } from "../../../core/config/load.ts";
import { createLog } from "../../../core/telemetry/log.ts";
import { DAY, HOUR, MINUTE } from "./stage.ts";

test("the sources that come with the program keep answers as long as their predecessor did", async (t) => {
  const log = createLog({ destination: { write: () => undefined }, format: "json", level: "error" });
  const app = await createApp({ configuration: loadConfiguration({ config, environment: {} }), log, version: "0.0.0" });
  t.after(() => app.dispose());
  assert.deepEqual(Object.fromEntries(app.registry.items("sources").map(({ command, ttl }) => [command, ttl])), {
    mdl: { search: HOUR, details: DAY },
    imdb: { search: 30 * MINUTE, details: DAY },
  });
});
