import assert from "node:assert/strict";
import { test } from "node:test";
import {
  askInOrder,
  BotError,
  type ErrorCode,
  type Upstream,
  type UpstreamCall,
  upstreamHealth,
} from "../../../core/plugin/index.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface Fake extends Upstream {
  readonly fails?: ErrorCode | "a plain error";
}

/** Asks fakes in order; notes who was asked with which time limit, and who served. */
async function ask(upstreams: readonly Fake[], signal: AbortSignal = new AbortController().signal) {
  const asked: (readonly [string, number | undefined])[] = [];
  const served: string[] = [];
  const call = { signal, servedBy: (name: string) => void served.push(name) };
  const answer = async ({ name, fails }: Fake, { timeout }: UpstreamCall) => {
    asked.push([name, timeout]);
    if (fails === "a plain error") throw new Error(fails);
    if (fails) throw new BotError(fails, name);
    return `answer of ${name}`;
  };
  const outcome = await askInOrder(upstreams, { call, log: silent, ask: answer }).catch((error: unknown) => error);
  return { outcome, asked, served };
}

test("the first upstream that answers is told, and only the last one has all the time there is", async () => {
  const { outcome, asked, served } = await ask([{ name: "a", fails: "http.blocked" }, { name: "b" }, { name: "c" }]);
  assert.equal(outcome, "answer of b");
  assert.deepEqual(served, ["b"]);
  assert.deepEqual(asked, [
    ["a", 6_000],
    ["b", 6_000],
  ]);
  assert.deepEqual((await ask([{ name: "a" }])).asked, [["a", undefined]]);
});

test("when all fail, the failure that says most to a person is thrown", async () => {
  const fails = async (...codes: NonNullable<Fake["fails"]>[]) => {
    const { outcome } = await ask(codes.map((code) => ({ name: code, fails: code })));
    return outcome instanceof BotError ? outcome.code : outcome;
  };
  assert.equal(await fails("http.unreachable", "http.rate_limited"), "http.rate_limited");
  assert.equal(await fails("http.blocked", "http.timeout"), "http.blocked");
  assert.equal(await fails("a plain error", "http.unreachable"), "http.unreachable");
  assert.match(String(await fails("a plain error")), /a plain error/);
  assert.equal(await fails(), "http.unexpected_answer");
});

test("nobody else is asked once nobody waits any more", async () => {
  const { asked } = await ask([{ name: "a", fails: "http.aborted" }, { name: "b" }], AbortSignal.abort());
  assert.equal(asked.length, 1);
});

test("health is well, degraded or down as the upstreams are, and asks at most once a minute", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 0 });
  const down = new Set<string>();
  let probes = 0;
  const check = upstreamHealth([{ name: "a" }, { name: "b" }], {
    log: silent,
    async probe({ name }) {
      probes++;
      if (down.has(name)) throw new BotError("http.timeout", name);
    },
  });
  const { signal } = new AbortController();
  assert.equal(await check(signal), undefined);
  down.add("a");
  assert.equal(await check(signal), undefined, "the last outcome stands");
  assert.equal(probes, 1);
  t.mock.timers.setTime(60_000);
  assert.deepEqual(await check(signal), { degraded: '"a" fails; "b" answers in its place' });
  down.add("b");
  t.mock.timers.setTime(120_000);
  await assert.rejects(check(signal), { code: "http.timeout" });
  await assert.rejects(async () => check(AbortSignal.abort()));
});

test("a health check that was given up says nothing of the upstreams", async () => {
  const abort = new AbortController();
  let probes = 0;
  const check = upstreamHealth([{ name: "a" }], {
    log: silent,
    async probe(_, { signal }) {
      if (probes++ === 0) {
        abort.abort(new Error("given up"));
        signal.throwIfAborted();
      }
    },
  });
  await assert.rejects(async () => check(abort.signal));
  assert.equal(await check(new AbortController().signal), undefined);
  assert.equal(probes, 2);
});
