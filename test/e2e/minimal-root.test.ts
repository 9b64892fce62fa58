import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { lookUp, openWorld, outputOf, runAgainst, type Start, start, visitPlayground, ways } from "./drill.ts";
import { executable, unnamed } from "./executable.ts";

/** A Debian with nothing but its base (`debootstrap --variant=minbase`), made by `.ci/minimal-root`. */
const BASE = fileURLToPath(new URL("../../dist/minimal-root", import.meta.url));

/** A user that the system has never heard of. */
const USER = 41_234;

/** The executable's folder in there, and the only one that may be written to. */
const [HOME, DATA] = ["/srv/bot", "/srv/data"];

/** Runs the words in the root, as that user, with nothing in the environment but what stands in front of them. */
const ENTER = `exec chroot --userspec=${USER}:${USER} --groups= "$1" /usr/bin/env -i --chdir=${HOME} "\${@:2}"`;

/** Read-only but for the data folder, and nothing else is mounted but /proc; all of it goes with the process. */
const MOUNT = `set -e
mount --bind "$1" "$1"
mount --bind "$1${DATA}" "$1${DATA}"
mount -t proc proc "$1/proc"
mount -o remount,bind,ro "$1"
`;

/** How the user is kept from writing to anything but the data folder. Each script is given the root as $1. */
interface Seal {
  readonly name: string;
  /** What refuses the machine when it fails; run once, without a root. */
  readonly trial: string;
  readonly refused: string;
  /** Run once, when the root was made. */
  readonly prepare: string;
  /** What every program in there begins with, in a process of its own. */
  readonly enter: string;
  readonly hasProc: boolean;
}

const seals: readonly Seal[] = [
  {
    name: "that is mounted read-only",
    trial: "exec unshare --mount bash -c 'mount --bind /tmp /tmp && mount -t proc proc /tmp'",
    refused: "this machine refuses mounts",
    prepare: "",
    enter: `exec unshare --mount bash -c '${MOUNT}${ENTER}' enter "$@"`,
    hasProc: true,
  },
  {
    // For machines that refuse mounts, where /proc cannot be had either.
    name: "that belongs to root, without /proc",
    trial: "exec chroot / true",
    refused: "this machine refuses chroot",
    prepare: `set -e
chown --recursive --no-dereference root:root "$1"
find "$1" '(' -type f -o -type d ')' -perm /022 -exec chmod go-w {} +
chown ${USER}:${USER} "$1${DATA}"`,
    enter: ENTER,
    hasProc: false,
  },
];

const bash = (script: string, ...words: string[]) => spawnSync("bash", ["-c", script, "bash", ...words]);

function missing({ trial, refused }: Seal): string | false {
  if (unnamed) return unnamed;
  if (process.getuid?.() !== 0) return "it takes root to enter another root";
  if (!existsSync(BASE)) return `${BASE} is missing: .ci/minimal-root dist/minimal-root`;
  // Root, mounts and a mirror are a machine's to give or to refuse; `.ci/run` says when the base could not be made.
  return bash(trial).status !== 0 && refused;
}

for (const seal of seals) {
  describe(`the executable alone, in a system of nothing but its base ${seal.name}`, { skip: missing(seal) }, () => {
    let root = "";
    before(() => {
      root = mkdtempSync(join(tmpdir(), "dramabot-root-"));
      const copied = spawnSync("cp", ["--archive", `${BASE}/.`, root]);
      assert.equal(copied.status, 0, String(copied.stderr));
      for (const folder of [HOME, DATA]) mkdirSync(join(root, folder), { recursive: true });
      chownSync(join(root, DATA), USER, USER);
      copyFileSync(executable ?? "", join(root, HOME, "dramabot"));
      const { status, stderr } = bash(seal.prepare, root);
      assert.equal(status, 0, String(stderr));
    });
    after(() => {
      if (root !== "") rmSync(root, { recursive: true, force: true });
    });

    const inside = (words: readonly string[]) => start("bash", ["-c", seal.enter, "enter", root, ...words]);
    const begin: Start = (words, environment) =>
      inside([...Object.entries(environment).map(([name, value]) => `${name}=${value}`), "./dramabot", ...words]);

    test("that place is what it is said to be", async () => {
      assert.equal(await outputOf(inside(["/usr/bin/id", "-u"])), `${USER}\n`);
      assert.equal(await outputOf(inside(["/bin/ls"])), "dramabot\n");
      assert.equal(await outputOf(inside(["/usr/bin/env"])), "");
      // Devices may be written to wherever they stand; what a folder of root's hides, nobody else can write to.
      const writable = "-writable ! -type c ! -type l -print -o -type d ! -readable -prune";
      assert.equal(await outputOf(inside(["/usr/bin/find", "/", "-xdev", ...writable.split(" ")])), `${DATA}\n`);
      assert.equal((await outputOf(inside(["/bin/ls", "/proc"]))).includes("self"), seal.hasProc);
    });

    test("it says what it is, helps, and prints its licences", async () => {
      const { target } = JSON.parse(await outputOf(begin(["version", "--json"], {})));
      assert.equal(target, `${process.platform}-${process.arch}`);
      assert.match(await outputOf(begin([], {})), /^Usage: dramabot /);
      const licences = await outputOf(begin(["version", "--licenses"], {}));
      for (const name of ["node", "undici", "grammy"])
        assert.match(licences, new RegExp(`^${name} \\d.*\\(MIT\\)$`, "m"));
      assert.match(licences, /Permission is hereby granted/);
    });

    for (const way of ways) {
      test(`it looks titles up: ${way.join(" by ")}`, async (t) => {
        const { upstreams } = await openWorld(t);
        await lookUp(way, begin, upstreams);
      });
    }

    test("its playground opens, and ends with nothing left behind", async () => {
      await visitPlayground(begin(["playground"], { DATA_DIR: DATA }));
      assert.deepEqual(readdirSync(join(root, DATA)), []);
    });

    test("it runs against Telegram, and SIGTERM ends it", async (t) => {
      const { desk, upstreams } = await openWorld(t);
      await runAgainst(desk, begin, { ...upstreams, DATA_DIR: DATA });
    });

    test("without a place to write to, it says in one line what is wrong", async () => {
      for (const words of [["playground"], ["run"]]) {
        const bot = begin(words, { BOT_TOKEN: "1000000001:AAWrongWrongWrongWrongWrongWrongWrong", OWNER_ID: "1" });
        let problems = "";
        bot.stderr?.on("data", (piece) => {
          problems += String(piece);
        });
        const status = await new Promise((resolve) => bot.on("close", resolve));
        assert.equal(status, 78, problems);
        assert.match(problems, /^error \(config\.invalid\): .*(?:--data <folder>|DATA_DIR)/s);
      }
    });
  });
}
