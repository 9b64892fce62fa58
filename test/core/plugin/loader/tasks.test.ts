import assert from "node:assert/strict";
import { test } from "node:test";
import { loadPlugin, readPlugin, readTasks, stampsOf } from "../../../../core/plugin/loader/load.ts";
import { memoryHost } from "./memory-host.ts";

const [file, tasks] = ["/p/good.ts", "/p/good-tasks.ts"];
const definition = { id: "good", version: "1.0.0", api: 1, tasks: new URL(`file://${tasks}?v=1`), setup() {} };
const text = 'export default {\n  id: "good",\n  tasks: new URL("./good-tasks.ts", import.meta.url),\n};\n';
const files = { [file]: text, [tasks]: "" };
const modules = { [file]: { namespace: { default: definition } }, [tasks]: { namespace: {} } };

test("a plugin's task module is one of its files, and is loaded where the plugin is tried, not here", async () => {
  const tried = memoryHost(files, modules);
  const { files: found, problem } = await readTasks(await readPlugin("good", file, tried), tried);
  assert.deepEqual([found, problem], [[file, tasks], undefined]);

  const host = memoryHost(files, modules);
  const candidate = { name: "good", file, place: file };
  assert.deepEqual((await loadPlugin(candidate, { host, probe: async () => ({ files: found }) })).files, found);
  const memory = { get: () => stampsOf(found, host), set: () => undefined };
  assert.deepEqual((await loadPlugin(candidate, { host, memory })).files, found, "nor when it is known");
  assert.deepEqual(host.imported, [file, file]);
});

test("a task module that cannot be loaded is told where it fails, and one that is not there where it is named", async () => {
  const host = memoryHost(files, { ...modules, [tasks]: { error: new Error("no luck") } });
  const plugin = await readPlugin("good", file, host);
  const broken = await readTasks(plugin, host);
  assert.match(broken.problem ?? "", /^good-tasks\.ts: it threw while it was loaded: no luck\. /);
  assert.equal(broken.definition, undefined);

  const obstacle = { what: "nothing is there", todo: "Check the path" };
  const gone = await readTasks(plugin, { ...host, obstacle: () => obstacle });
  assert.equal(gone.problem, "good.ts:3: the file good-tasks.ts cannot be read: nothing is there. Check the path.");
  assert.deepEqual(gone.files, [file, tasks], "when it comes, the plugin is another one");
});

test("a plugin without tasks is left as it is", async () => {
  const host = memoryHost(files, { [file]: { namespace: { default: { ...definition, tasks: undefined } } } });
  const plugin = await readPlugin("good", file, host);
  assert.equal(await readTasks(plugin, host), plugin);
});
