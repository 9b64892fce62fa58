import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createWorkers } from "../../../core/workers/pool.ts";
import { shareTexts } from "../../../core/workers/shared-texts.ts";

const { signal } = new AbortController();

/** A folder with these files, one thread, and a call of a task in `tasks.ts`. */
function stage(t: TestContext, files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-tasks-"));
  const workers = createWorkers({ threads: 1 });
  t.after(async () => {
    await workers.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const call = (task: string, load: number, texts?: SharedArrayBuffer) =>
    workers.run<unknown>(pathToFileURL(join(folder, "tasks.ts")), task, null, { signal, load, texts });
  return { folder, workers, write, call };
}

test("a task module from a file gets the plugin API and valibot, one copy a thread, its siblings and its packages", async (t) => {
  const { call } = stage(t, {
    "tasks.ts": `import { BotError } from "dramabot/plugin";
import * as v from "valibot";
import three from "three";
import { TheirError, isIssue } from "./sibling.ts";
export function all(): unknown {
  const sum: number = three + 4;
  try {
    return v.parse(v.string(), sum);
  } catch (error) {
    return { sum, isSame: TheirError === BotError, isIssue: isIssue(error) };
  }
}
`,
    "sibling.ts": `export { BotError as TheirError } from "dramabot/plugin";
import { ValiError } from "valibot";
export const isIssue = (error: unknown): boolean => error instanceof ValiError;
`,
    "node_modules/three/package.json": `{ "name": "three", "type": "module", "exports": "./index.js" }`,
    "node_modules/three/index.js": "export default 3;",
  });
  assert.deepEqual(await call("all", 1), { sum: 7, isSame: true, isIssue: true });
});

test("a plugin in one file may name itself: the URL by which it was loaded names the file", async (t) => {
  const { workers, folder } = stage(t, {
    "solo.ts": `import { definePlugin } from "dramabot/plugin";
export const twice = (input: number): number => 2 * input;
export default definePlugin({ id: "solo", version: "1.0.0", api: 1, tasks: new URL(import.meta.url), setup() {} });
`,
  });
  const url = new URL("?v=3", pathToFileURL(join(folder, "solo.ts")));
  assert.equal(await workers.run<number>(url, "twice", 4, { signal, load: 1 }), 8);
});

test("a load keeps the modules it has read; another one reads them anew, siblings too", async (t) => {
  const { call, write } = stage(t, {
    "tasks.ts": `import { word } from "./word.ts"; let calls = 0; export const say = () => \`\${word} \${++calls}\`;`,
    "word.ts": `export const word: string = "one";`,
  });
  assert.equal(await call("say", 1), "one 1");
  write("word.ts", `export const word: string = "two";`);
  assert.equal(await call("say", 1), "one 2");
  assert.equal(await call("say", 2), "two 1");
  assert.equal(await call("say", 1), "one 3", "what is under way is finished by the old one");
});

test("a module that cannot be loaded is told in one line, with file, line and what to do, and can be mended", async (t) => {
  const { call, write, folder } = stage(t, {});
  const at = (rest: string) => `The task "say" failed: ${join(folder, "tasks.ts")}${rest}`;
  for (const [text, told] of [
    ["export const a = 1;\nexport function say( {\n", ":2: the syntax is broken: "],
    ["\nenum Kind { Film }\nexport const say = () => Kind.Film;\n", ":2: TypeScript enum is not supported"],
    [
      `\nimport x from "left-pad-of-nobody";\nexport const say = () => x;\n`,
      ":2: the package left-pad-of-nobody is not",
    ],
    [
      `import { x } from "./gone.ts";\nexport const say = () => x;\n`,
      ":1: the file gone.ts is not there. Check the path",
    ],
    [`\n\nthrow new Error("no luck");\n`, ":3: it threw while it was loaded: no luck. Mend it"],
  ] as const) {
    write("tasks.ts", text);
    await assert.rejects(call("say", 1), (error: Error) => {
      assert.equal("code" in error && error.code, "worker.failed");
      assert.ok(error.message.startsWith(at(told)), error.message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  }
  rmSync(join(folder, "tasks.ts"));
  await assert.rejects(
    call("say", 1),
    ({ message }: Error) => message.startsWith(at(": ")) && /Check the path\.$/.test(message),
  );
  write("tasks.ts", "export const say = (): string => 'well';");
  assert.equal(await call("say", 1), "well");
});

test("only a thread that loads a module from a file pays for the plugin API", async (t) => {
  const { call, write, workers, folder } = stage(t, {});
  const text = "export const isShared = () => Symbol.for('dramabot.shared') in globalThis;";
  write("own.ts", text);
  write("tasks.ts", text);
  const own = () => workers.run<boolean>(pathToFileURL(join(folder, "own.ts")), "isShared", null, { signal });
  assert.equal(await own(), false);
  assert.equal(await call("isShared", 1), true);
  assert.equal(await own(), true, "it is the same thread");
});

// On Deno, which takes types out in its own way, none are taken out beforehand.
const skip = process.versions.deno !== undefined && "Deno needs no such texts";

test("types that were taken out beforehand are not taken out again", { skip }, async (t) => {
  const text = "export const sum = (): number => 1 + 1;\n";
  const { call } = stage(t, { "tasks.ts": text });
  const hash = createHash("sha256").update(text).digest("hex");
  // One more piece is out, by which it is told which text was run.
  const stripped = text.replace(": number", "        ").replace("+ 1", "   ");
  assert.equal(await call("sum", 1, shareTexts({ [hash]: stripped })), 1);
  assert.equal(await call("sum", 2, shareTexts({ other: stripped })), 2);
});
