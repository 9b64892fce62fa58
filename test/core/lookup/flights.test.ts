import assert from "node:assert/strict";
import { test } from "node:test";
import { createFlights, type FlightOptions } from "../../../core/lookup/flights.ts";
import { patient, turn } from "./stage.ts";

/** Work that the test ends by hand, and that ends when it is aborted. */
function byHand() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  const options: FlightOptions<string> = {
    signal: patient,
    deadline: 1_000,
    timeout: () => new Error("too late"),
    work(signal) {
      signals.push(signal);
      signal.addEventListener("abort", () => reject(signal.reason));
      return promise;
    },
  };
  return { options, signals, resolve, reject };
}

test("all who ask for one key while it is in the air share one flight", async () => {
  const flights = createFlights();
  const { options, signals, resolve } = byHand();
  const answers = Promise.all(Array.from({ length: 100 }, () => flights.join("a", options)));
  assert.equal(flights.size, 1);
  resolve("landed");
  assert.deepEqual(new Set(await answers), new Set(["landed"]));
  assert.equal(signals.length, 1);
  assert.equal(signals[0]?.aborted, false);
  assert.equal(flights.size, 0);
});

test("different keys fly apart", async () => {
  const flights = createFlights();
  const [a, b] = [byHand(), byHand()];
  const answers = Promise.all([flights.join("a", a.options), flights.join("b", b.options)]);
  assert.equal(flights.size, 2);
  a.resolve("A");
  b.resolve("B");
  assert.deepEqual(await answers, ["A", "B"]);
});

test("one who leaves is told so at once, and does not end the flight for the others", async () => {
  const flights = createFlights();
  const { options, signals, resolve } = byHand();
  const leaver = new AbortController();
  const stays = flights.join("a", options);
  const leaves = flights.join("a", { ...options, signal: leaver.signal });
  leaver.abort(new Error("gone"));
  await assert.rejects(leaves, { message: "gone" });
  assert.equal(signals[0]?.aborted, false);
  resolve("landed");
  assert.equal(await stays, "landed");
});

test("the last one to leave aborts the work, and the next one starts anew", async () => {
  const flights = createFlights();
  const { options, signals } = byHand();
  const [first, last] = [new AbortController(), new AbortController()];
  const gone = Promise.allSettled([
    flights.join("a", { ...options, signal: first.signal }),
    flights.join("a", { ...options, signal: last.signal }),
  ]);
  first.abort();
  await turn();
  assert.equal(signals[0]?.aborted, false);
  last.abort();
  await gone;
  assert.equal(signals[0]?.aborted, true);
  assert.equal(flights.size, 0);
  const again = byHand();
  const answer = flights.join("a", again.options);
  again.resolve("second");
  assert.equal(await answer, "second");
});

test("one who has left already starts nothing", async () => {
  const flights = createFlights();
  const { options, signals } = byHand();
  await assert.rejects(flights.join("a", { ...options, signal: AbortSignal.abort(new Error("gone")) }), {
    message: "gone",
  });
  assert.equal(signals.length, 0);
  assert.equal(flights.size, 0);
});

test("a failure reaches everybody aboard and is not remembered", async () => {
  const flights = createFlights();
  const { options, reject } = byHand();
  const answers = Promise.allSettled([flights.join("a", options), flights.join("a", options)]);
  reject(new Error("crash"));
  for (const answer of await answers) assert.equal(answer.status === "rejected" && answer.reason.message, "crash");
  const again = byHand();
  const answer = flights.join("a", again.options);
  again.resolve("fine");
  assert.equal(await answer, "fine");
});

test("the deadline counts from take-off, not from boarding", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const flights = createFlights();
  const { options, signals } = byHand();
  const early = flights.join("a", options);
  t.mock.timers.tick(999);
  const late = flights.join("a", options);
  assert.equal(signals[0]?.aborted, false);
  t.mock.timers.tick(1);
  await assert.rejects(early, { message: "too late" });
  await assert.rejects(late, { message: "too late" });
  assert.equal(flights.size, 0);
});

test("a flight that goes on does so when everybody has left, and takes others aboard", async () => {
  const flights = createFlights();
  const { options, signals, resolve } = byHand();
  const leaver = new AbortController();
  const leaves = flights.join("a", { ...options, signal: leaver.signal, goesOn: true });
  leaver.abort(new Error("gone"));
  await assert.rejects(leaves, { message: "gone" });
  assert.equal(flights.size, 1);
  assert.equal(signals[0]?.aborted, false);
  const joins = flights.join("a", options);
  assert.equal(signals.length, 1);
  resolve("landed");
  assert.equal(await joins, "landed");
  assert.equal(flights.size, 0);
});

test("a flight that goes on ends at its deadline all the same, and harms nobody", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const flights = createFlights();
  const { options, signals } = byHand();
  const leaver = new AbortController();
  const leaves = flights.join("a", { ...options, signal: leaver.signal, goesOn: true });
  leaver.abort(new Error("gone"));
  await assert.rejects(leaves, { message: "gone" });
  t.mock.timers.tick(1_000);
  await turn(); // an unhandled rejection would fail this test
  assert.equal(signals[0]?.reason.message, "too late");
  assert.equal(flights.size, 0);
});
