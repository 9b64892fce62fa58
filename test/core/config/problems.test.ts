import assert from "node:assert/strict";
import { test } from "node:test";
import { listenError } from "../../../core/config/problems.ts";
import { BotError } from "../../../core/domain/errors.ts";

const systemError = (code: string) => Object.assign(new Error(`listen ${code}`), { code, syscall: "listen" });
const about = (host: string) => ({ setting: "HOST", host });

test("an address that cannot be listened on is the configuration's fault, by the setting's name", () => {
  for (const [code, host] of [
    ["ENOTFOUND", "256.1.1.1"],
    ["EAFNOSUPPORT", "::1"],
    ["EINVAL", "fe80::1"],
    ["EAI_AGAIN", "256.1.1.1"],
  ] as const) {
    const cause = systemError(code);
    const error = listenError(cause, about(host));
    assert.ok(error instanceof BotError);
    assert.deepEqual([error.code, error.cause], ["config.invalid", cause]);
    const wanted = "wanted: an address of this machine to listen on, such as 127.0.0.1 or 0.0.0.0";
    assert.equal(error.message, `The configuration has a problem:\n  HOST holds "${host}"; ${wanted} (${code})`);
  }
});

test("what a restart may mend, or another port, stays what it is", () => {
  for (const error of [
    ...["EADDRINUSE", "EADDRNOTAVAIL", "EACCES", "EAI_AGAIN", "ENOTFOUND"].map(systemError),
    new Error("x"),
    "x",
    undefined,
  ])
    assert.equal(listenError(error, about("box.example")), error);
});
