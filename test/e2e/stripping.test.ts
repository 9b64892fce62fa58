import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { program } from "../program.ts";
import { dataFolder } from "./bot.ts";
import { unnamed } from "./executable.ts";

/** Notes, each time it is loaded, whether the runtime's TypeScript compiler has been loaded in that process before its end. */
const noting = (id: string) => `import { appendFileSync } from "node:fs";
import { definePlugin } from "dramabot/plugin";
import { value } from "./_${id}.ts";
process.once("exit", () => {
  const loaded: readonly string[] = (process as any).moduleLoadList;
  appendFileSync("noted", loaded.some((name) => name.includes("amaro")) ? "compiler " : "none ");
});
export default definePlugin({ id: "${id}", version: "1.0." + value, api: 1, setup() {} });
`;

// From source the program itself is TypeScript.
test("the compiler for TypeScript is loaded where plugins are tried, and never beside the bot", {
  skip: unnamed,
}, (t) => {
  const cwd = dataFolder(t);
  mkdirSync(join(cwd, "plugins"));
  mkdirSync(join(cwd, "data"));
  for (const id of ["one", "two"]) {
    writeFileSync(join(cwd, "plugins", `${id}.ts`), noting(id));
    writeFileSync(join(cwd, "plugins", `_${id}.ts`), "export const value: number = 7;");
  }
  writeFileSync(join(cwd, "mine.ts"), "const plugins: unknown[] = [];\nexport default { plugins };\n");
  const noted = () => {
    rmSync(join(cwd, "noted"), { force: true });
    const [command, words] = program("plugin", "list", "--json", "--config", "mine.ts");
    const { stdout, stderr } = spawnSync(command, words, { cwd, env: { PLUGINS_DIR: "plugins" }, encoding: "utf8" });
    const listed = JSON.parse(stdout) as { readonly version: string; readonly state: string }[];
    assert.deepEqual(
      listed.map(({ version, state }) => `${version} ${state}`),
      ["1.0.7 active", "1.0.7 active"],
      stderr,
    );
    return readFileSync(join(cwd, "noted"), "utf8").trim().split(" ");
  };
  assert.deepEqual(noted(), ["compiler", "compiler", "none", "none"], "two that try, then the program itself");
  assert.deepEqual(noted(), ["none", "none"], "what was tried before is remembered");
});
