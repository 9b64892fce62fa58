import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { listenForHangUps } from "../../../core/cli/hang-ups.ts";

/** Its listener goes with the test. */
function listen(t: TestContext) {
  const others = process.listeners("SIGHUP");
  const hangUps = listenForHangUps();
  const [own] = process.listeners("SIGHUP").filter((one) => !others.includes(one));
  assert.ok(own);
  t.after(() => process.off("SIGHUP", own));
  return { hangUps, send: () => own("SIGHUP") };
}

test("signals that came while nobody was told are told once, and later ones as they come", (t) => {
  const { hangUps, send } = listen(t);
  let told = 0;
  send();
  send();
  hangUps.pass(() => told++);
  assert.equal(told, 1);
  send();
  assert.equal(told, 2);
});

test("only the last listener is told, and nothing when nothing came", (t) => {
  const { hangUps, send } = listen(t);
  const told: string[] = [];
  hangUps.pass(() => told.push("first"));
  hangUps.pass(() => told.push("last"));
  assert.deepEqual(told, []);
  send();
  assert.deepEqual(told, ["last"]);
});
