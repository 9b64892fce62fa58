import assert from "node:assert/strict";
import * as v from "valibot";
import { type BotConfig, defineConfig, use } from "../../../core/config/define.ts";
import { loadConfiguration } from "../../../core/config/load.ts";
import { definePlugin } from "../../../core/plugin/index.ts";

/** A plugin with options of several kinds. */
export const tv = definePlugin({
  id: "tv",
  version: "1.0.0",
  api: 1,
  options: v.strictObject({
    url: v.optional(
      v.pipe(v.string(), v.url("must be a URL"), v.regex(/\{\}/, "must hold {}")),
      "https://api.example.org/{}",
    ),
    apiKey: v.optional(v.pipe(v.string(), v.minLength(20))),
    limits: v.optional(v.object({ day: v.number() })),
  }),
  env: { url: ["TV_URL", "OLD_TV_URL"], apiKey: "TV_API_KEY" },
  setup() {},
});
export const config = defineConfig({ plugins: [use(tv)] });
export const token = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** Checks an environment against a bot.config.ts. */
export const load = (environment: Record<string, string>, from: BotConfig = config) =>
  loadConfiguration({ config: from, environment });

/** The lines of problems, without the first. */
export function problems(environment: Record<string, string>, from: BotConfig = config): readonly string[] {
  try {
    load(environment, from);
    return [];
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error && error.code === "config.invalid", String(error));
    return error.message.split("\n  ").slice(1);
  }
}
