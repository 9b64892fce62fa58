import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { test } from "node:test";
import { promisify } from "node:util";
import { BotError } from "../../../core/domain/errors.ts";
import {
  currentCorrelation,
  newCorrelationId,
  shortCorrelationId,
  withCorrelation,
} from "../../../core/telemetry/correlation.ts";
import { createLog, logFormat } from "../../../core/telemetry/log.ts";
import { prettyLine } from "../../../core/telemetry/pretty.ts";

const token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawXY";

function capture(format: "json" | "pretty" = "json", level: "debug" | "info" = "info") {
  const lines: string[] = [];
  const log = createLog({ destination: { write: (line) => lines.push(line) }, format, level });
  return { logger: log.logger("telegram"), lines, records: () => lines.map((line) => JSON.parse(line)) };
}

test("a record has exactly the agreed fields, one JSON a line", () => {
  const { logger, lines, records } = capture();
  logger.info("line\nbreak 👋");
  assert.equal(lines[0]?.split("\n").length, 2);
  const { timestamp, ...rest } = records()[0];
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, {
    level: "INFO",
    logger: "telegram",
    message: "line\nbreak 👋",
    correlation_id: null,
    user_id: null,
    duration: null,
  });
});

test("correlation id and user come from the running call, across awaits and never mixed", async () => {
  const { logger, records } = capture();
  await Promise.all(
    [1, 2, 3].map((userId) =>
      withCorrelation({ correlationId: `id-${userId}`, userId }, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        logger.warn("x", { who: userId });
      }),
    ),
  );
  for (const record of records()) {
    assert.equal(record.user_id, record.who);
    assert.equal(record.correlation_id, `id-${record.who}`);
    assert.equal(record.level, "WARN");
  }
  assert.equal(records().length, 3);
  assert.equal(currentCorrelation(), undefined);
});

test("a new correlation id is unique, and its short form has 8 characters", () => {
  assert.notEqual(newCorrelationId(), newCorrelationId());
  assert.match(shortCorrelationId(newCorrelationId()), /^[0-9a-f]{8}$/);
});

test("attributes cannot forge or double a field", () => {
  const { logger, lines, records } = capture();
  logger.error("real", {
    message: "forged",
    level: "x",
    timestamp: 1,
    logger: "y",
    duration: 1.23456789,
    user_id: 7,
    at: 5,
  });
  const record = records()[0];
  assert.equal(record.message, "real");
  assert.equal(record.level, "ERROR");
  assert.equal(record.logger, "telegram");
  assert.equal(record.duration, 1.234568);
  assert.equal(record.user_id, 7);
  assert.equal(record.attribute_message, "forged");
  assert.equal(lines[0]?.match(/"message":/g)?.length, 1);
  assert.equal(lines[0]?.match(/"timestamp":/g)?.length, 1);
});

test("no token is written, in message, attribute, error or cause", () => {
  const { logger, lines } = capture();
  const cause = new Error(`fetch https://api.telegram.org/bot${token}/getMe`);
  const error = new BotError("telegram.unreachable", `No way to ${token}`, { cause });
  logger.error(`Failed: ${token}`, { error, url: `http://u:${token}@h`, nested: { list: [token] }, [token]: 1 });
  assert.equal(lines.length, 1);
  assert.doesNotMatch(lines[0] ?? "", /AAHdqTcv/);
  assert.equal(JSON.parse(lines[0] ?? "").error.code, "telegram.unreachable");
});

test("lower levels are left out", () => {
  const { logger, lines } = capture();
  logger.debug("x");
  assert.deepEqual(lines, []);
});

test("pretty lines are for people and cannot move the cursor", () => {
  const { logger, lines } = capture("pretty");
  const error = new BotError("http.timeout", "Too slow\u001b[2J", { cause: new Error("inner") });
  withCorrelation({ correlationId: "12345678-9", userId: 5 }, () =>
    logger.error("Oh\u001b[2J", { duration: 0.5, q: "a b", error }),
  );
  assert.match(
    lines[0] ?? "",
    /^\d\d:\d\d:\d\d\.\d{3} ERROR telegram: Oh�\[2J q="a b" duration=0\.5s user=5 id=12345678\n {4}http\.timeout: Too slow�\[2J\n {4}because: Error: inner\n$/,
  );
  assert.equal(prettyLine("no json\n", { color: true }), "no json\n");
  assert.equal(prettyLine("7\n", { color: true }), "7\n");
});

test("records reach stdout or stderr, also when the process ends at once", async () => {
  const module = JSON.stringify(new URL("../../../core/telemetry/log.ts", import.meta.url).href);
  for (const destination of ["stdout", "stderr"] as const) {
    const script = `import { createLog } from ${module};
      const log = createLog({ destination: "${destination}", format: "json", level: "info" });
      for (let i = 0; i < 1000; i++) log.logger("x").info("n" + i);
      await log.flush();
      process.exit(0);`;
    const out = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
    const lines = out[destination].trimEnd().split("\n");
    assert.equal(lines.length, 1000);
    assert.equal(JSON.parse(lines[999] ?? "").message, "n999");
    assert.equal(out[destination === "stdout" ? "stderr" : "stdout"], "");
  }
});

for (const [reader, leave] of [
  ["has gone", (stream: Readable) => void stream.destroy()],
  ["stands still", (stream: Readable) => void stream.pause()],
] as const) {
  test(`a reader that ${reader} keeps no process from ending with its status`, async (t) => {
    const module = JSON.stringify(new URL("../../../core/telemetry/log.ts", import.meta.url).href);
    const script = `import { createLog } from ${module};
      const log = createLog({ destination: "stdout", format: "json", level: "info" });
      process.once("SIGTERM", async () => {
        clearInterval(alive);
        for (let i = 0; i < 2000; i++) log.logger("x").info("y".repeat(500));
        await log.flush();
        log.logger("x").info("late");
        process.exitCode = 3;
      });
      const alive = setInterval(() => {}, 1000);
      console.error("ready");`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
    t.after(() => child.kill("SIGKILL"));
    const ended = once(child, "exit");
    await once(child.stderr, "data");
    leave(child.stdout);
    child.kill("SIGTERM");
    assert.deepEqual(await ended, [3, null]);
  });
}

test("records are for people on a terminal and JSON elsewhere, unless the operator says otherwise", (t) => {
  for (const name of ["stdout", "stderr"] as const) {
    const before = process[name].isTTY;
    t.after(() => {
      process[name].isTTY = before;
    });
    for (const [terminal, format] of [
      [true, "pretty"],
      [false, "json"],
    ] as const) {
      process[name].isTTY = terminal;
      assert.equal(logFormat(name), format);
      assert.equal(logFormat(name, "json"), "json");
      assert.equal(logFormat(name, "text"), "pretty");
    }
  }
});
