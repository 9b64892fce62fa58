import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dramabot, folder } from "../cli.ts";

/** Task modules that cannot be loaded, and what is told of their plugins; `undefined` is one that is not there. */
const bad: Readonly<Record<string, readonly [text: string | undefined, told: RegExp]>> = {
  gone: [undefined, /^plugins\/gone\/index\.js:2: the file tasks\.ts cannot be read: .+\. Check the path\.$/],
  syntax: ["\nexport const a = [1;\n", /^plugins\/syntax\/tasks\.ts:2: the syntax is broken: .+\. Mend it there\.$/],
  throws: [
    '\nthrow new Error("no luck");\n',
    /^plugins\/throws\/tasks\.ts:2: it threw while it was loaded: no luck\. /,
  ],
  exits: [
    "\nprocess.exit(3);\n",
    /^plugins\/exits\/tasks\.ts:2: it ended the process while it was loaded \(status 3\)\. /,
  ],
  waits: [
    "\nawait new Promise(() => undefined);\n",
    /^plugins\/waits\/tasks\.ts:2: it waits at the top for something that never comes\. Wait in the task instead\.$/,
  ],
};

const plugin = (id: string) => `export default { id: "${id}", version: "1.0.0", api: 1, setup() {},
  tasks: new URL("./tasks.ts", import.meta.url),
};
`;

test("a plugin whose task module cannot be loaded is told in one line when the bot starts", async (t) => {
  const cwd = folder(t);
  const all = { ...bad, well: ['import "dramabot/plugin";\nimport "valibot";\n', /^$/] as const };
  for (const [id, [text]] of Object.entries(all)) {
    mkdirSync(join(cwd, "plugins", id), { recursive: true });
    writeFileSync(join(cwd, "plugins", id, "index.js"), plugin(id));
    if (text !== undefined) writeFileSync(join(cwd, "plugins", id, "tasks.ts"), text);
  }
  const env = { PLUGINS_DIR: "plugins", PATH: process.env.PATH ?? "" };
  const { stdout } = await dramabot(["plugin", "list", "--json"], { cwd, env });
  const listed = JSON.parse(stdout) as readonly { from: string; state: string; error: string | null }[];
  for (const [id, [, told]] of Object.entries(all)) {
    const found = listed.find(({ from }) => from === `plugins/${id}/index.js`);
    assert.equal(found?.state, id === "well" ? "active" : "failed", id);
    assert.match(found.error ?? "", told);
  }
});
