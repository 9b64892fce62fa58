import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, test } from "node:test";
import { readBinaryFormat } from "../../build/binary-format.ts";
import { dataFolder } from "./bot.ts";
import { lookUp, openWorld, outputOf, runAgainst, type Start, start, visitPlayground, ways } from "./drill.ts";
import { sibling, unnamed } from "./executable.ts";

/** Debian's libraries for that processor (libc6-arm64-cross, libstdc++6-arm64-cross). */
const LIBRARIES = "/usr/aarch64-linux-gnu";

const emulator = (process.env.PATH ?? "")
  .split(delimiter)
  .flatMap((folder) => ["qemu-aarch64-static", "qemu-aarch64"].map((name) => join(folder, name)))
  .find((path) => existsSync(path));

const unbuilt = (file: string) => (existsSync(file) ? false : `${file} is missing: npm run build -- --target all`);
const unequipped =
  emulator && existsSync(LIBRARIES)
    ? false
    : "qemu or the libraries are missing: apt-get install -y qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross";

for (const [target, format, machine] of [
  ["linux-arm64", "ELF", "arm64"],
  ["darwin-arm64", "Mach-O", "arm64"],
  ["win-x64.exe", "PE", "x64"],
] as const) {
  const file = sibling(target);
  const skip = unnamed || unbuilt(file);
  if (skip && !unnamed && process.env.CI) throw new Error(skip);
  test(`the headers of ${target} say what it is for, and that the program is in it`, { skip }, () => {
    const { program, ...found } = readBinaryFormat(readFileSync(file));
    assert.deepEqual(found, { format, machine, fused: true });
    assert.notEqual(program, undefined);
  });
}

const arm64 = sibling("linux-arm64");
// Not every machine can have an emulator; `.ci/install` says when this one cannot.
const skip = unnamed || unbuilt(arm64) || unequipped;

describe("the executable for linux-arm64, on an emulated processor", { skip }, () => {
  const begin: Start = (words, environment) => start(emulator ?? "", ["-L", LIBRARIES, arm64, ...words], environment);

  test("it says what it is, and helps", async () => {
    const { target } = JSON.parse(await outputOf(begin(["version", "--json"], {})));
    assert.equal(target, "linux-arm64");
    assert.match(await outputOf(begin(["--help"], {})), /^Usage: dramabot /);
  });

  for (const way of ways) {
    test(`it looks titles up: ${way.join(" by ")}`, async (t) => {
      const { upstreams } = await openWorld(t);
      await lookUp(way, begin, upstreams);
    });
  }

  test("its playground opens, and ends", async () => {
    await visitPlayground(begin(["playground"], {}));
  });

  test("it runs against Telegram, and SIGTERM ends it", async (t) => {
    const { desk, upstreams } = await openWorld(t);
    await runAgainst(desk, begin, { ...upstreams, DATA_DIR: dataFolder(t) });
  });
});
