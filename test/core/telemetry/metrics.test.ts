import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { register } from "prom-client";
import { createMetrics } from "../../../core/telemetry/metrics.ts";

function open(t: TestContext) {
  const metrics = createMetrics();
  t.after(() => metrics.dispose());
  return metrics;
}

test("everything the program counts stands in the text", async (t) => {
  const metrics = open(t);
  metrics.update("message", "ok");
  metrics.lookup("mdl", "ok", 0.2);
  metrics.lookup("mdl", "http.timeout", 9);
  metrics.upstream("imdb", "http.blocked", 0.1);
  metrics.cache("mdl:details", "memory");
  metrics.botApi("sendPhoto", "ok", 0.01);
  const text = await metrics.text();
  for (const line of [
    'dramabot_updates_total{kind="message",outcome="ok"} 1',
    'dramabot_lookups_total{source="mdl",outcome="http.timeout"} 1',
    'dramabot_lookup_duration_seconds_count{source="mdl"} 2',
    'dramabot_upstream_calls_total{plugin="imdb",outcome="http.blocked"} 1',
    'dramabot_upstream_duration_seconds_sum{plugin="imdb"} 0.1',
    'dramabot_cache_lookups_total{namespace="mdl:details",tier="memory"} 1',
    'dramabot_bot_api_calls_total{method="sendPhoto",outcome="ok"} 1',
    'dramabot_bot_api_duration_seconds_count{method="sendPhoto"} 1',
  ]) {
    assert.ok(text.split("\n").includes(line), line);
  }
  assert.match(text, /dramabot_event_loop_delay_seconds\{quantile="0\.99"\} [\d.e-]+\n/);
  assert.match(text, /dramabot_resident_memory_bytes \d+\n/);
  assert.match(metrics.contentType, /^text\/plain/);
});

test("each plugin's state is a gauge that goes with the state, and its failures are counted by code", async (t) => {
  const metrics = open(t);
  const since = "2026-01-02T03:04:05.678Z";
  let state: "active" | "quarantined" = "active";
  metrics.watchPlugins(() => [{ id: "odd", version: "1.0.0", state, since }]);
  assert.match(await metrics.text(), /^dramabot_plugin_state\{plugin="odd",state="active"\} 1$/m);
  state = "quarantined";
  metrics.pluginFailure("odd", "plugin.timeout");
  const text = await metrics.text();
  assert.match(text, /^dramabot_plugin_state\{plugin="odd",state="quarantined"\} 1$/m);
  assert.doesNotMatch(text, /state="active"/);
  assert.match(text, /^dramabot_plugin_failures_total\{plugin="odd",code="plugin\.timeout"\} 1$/m);
});

test("the global registry stays empty and two sets do not mix", async (t) => {
  const one = open(t);
  const two = open(t);
  one.update("message", "ok");
  assert.equal(await register.metrics(), "\n");
  assert.doesNotMatch(await two.text(), /kind="message"/);
});

test("a blocked event loop shows", async (t) => {
  const metrics = open(t);
  await metrics.text();
  await new Promise((resolve) => setTimeout(resolve, 30));
  const end = performance.now() + 150;
  while (performance.now() < end);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const worst = /delay_seconds\{quantile="1"\} ([\d.e-]+)/.exec(await metrics.text())?.[1];
  assert.ok(Number(worst) > 0.1, String(worst));
});

test("a plugin's metrics carry its id, and go on after a restart of the plugin", async (t) => {
  const metrics = open(t);
  metrics.forPlugin("my-drama").count("pages", { kind: "title" }, 2);
  metrics.forPlugin("my-drama").count("pages", { kind: "title" });
  metrics.forPlugin("my-drama").observe("parse", 0.2);
  const text = await metrics.text();
  assert.match(text, /dramabot_plugin_my_drama_pages_total\{kind="title"\} 3\n/);
  assert.match(text, /dramabot_plugin_my_drama_parse_seconds_count 1\n/);
});

test("a plugin cannot fill memory or break anything with rubbish", async (t) => {
  const metrics = open(t);
  const plugin = metrics.forPlugin("x");
  for (let i = 0; i < 1000; i++) {
    plugin.count("many", { user: String(i), long: "a".repeat(10_000) });
    plugin.count(`metric${i}`);
  }
  plugin.count("many", { other: "label" });
  plugin.count("bad", { "no label": "x", __proto__: "y", le: "1" }, Number.NaN);
  plugin.count("bad", {}, -1);
  plugin.observe('{}"\n', Number.POSITIVE_INFINITY);
  plugin.observe("many_total", 1);
  plugin.observe("", 1, { le: "5", "\n": "x" });
  const text = await metrics.text();
  assert.ok((text.match(/^dramabot_plugin_x_many_total\{/gm)?.length ?? 0) <= 100);
  assert.ok((text.match(/^# TYPE dramabot_plugin_x_/gm)?.length ?? 0) <= 50);
  assert.ok(text.length < 100_000);
  // 900 label sets and 951 metrics too many, and the three values that are none; the others fit, or were left out later.
  const dropped = Number(/^dramabot_plugin_metrics_dropped_total\{plugin="x"\} (\d+)$/m.exec(text)?.[1]);
  assert.ok(dropped >= 900 + 951 + 3, String(dropped));
});
