import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { test } from "node:test";

const root = new URL("../../", import.meta.url).pathname;

/** Which folders a folder may import from, beside itself. Whatever is not listed may not be imported. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "core/domain": [],
  "core/plugin": ["core/domain"],
  "core/platform": ["core/domain"],
  "core/http": ["core/domain", "core/plugin", "core/platform", "core/telemetry"],
  "core/workers": ["core/domain", "core/plugin", "core/platform"],
  "core/telemetry": ["core/domain", "core/plugin", "core/platform"],
  "core/store": ["core/domain", "core/plugin", "core/platform"],
  "core/cache": ["core/domain", "core/plugin", "core/platform"],
  "core/lookup": ["core/domain", "core/plugin", "core/cache"],
  "core/config": ["core/domain", "core/plugin"],
  "core/server": ["core/domain", "core/plugin", "core/platform"],
  "core/telegram": ["core/domain", "core/plugin", "core/store", "core/lookup"],
  "core/playground": ["core/platform"],
  plugins: ["core/plugin", "core/domain"],
};

/** Packages that may stand only in these folders. */
const homes: Readonly<Record<string, readonly string[]>> = {
  grammy: ["core/telegram"],
  "@grammyjs/types": ["core/telegram"],
  ioredis: ["core/cache"],
  mongodb: ["core/store"],
  hono: ["core/server", "core/playground"],
  "@hono/node-server": ["core/platform", "core/playground"],
  undici: ["core/http"],
  bentocache: ["core/cache"],
  tinypool: ["core/workers"],
  pino: ["core/telemetry"],
  "prom-client": ["core/telemetry"],
  "rate-limiter-flexible": ["core/telegram"],
  commander: ["core/main.ts", "core/cli"],
  "node:sqlite": ["core/platform"],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function importsOf(file: string, source: string): readonly Import[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\()"([^"\n]+)"/g;
  return [...source.matchAll(pattern)].map(([, target = ""]) => ({
    file,
    target: target.startsWith(".") ? posix.normalize(posix.join(dirname(file), target)) : target,
  }));
}

function folderOf(path: string): string {
  const parts = path.split("/");
  return parts[0] === "core" && parts.length > 2 ? `core/${parts[1]}` : (parts[0] ?? path);
}

/** Says what is wrong with an import; `undefined` when nothing is. */
function violation({ file, target }: Import): string | undefined {
  const from = folderOf(file);
  if (/^(core|plugins|test|bench)\//.test(target)) {
    const to = folderOf(target);
    const rule = allowed[from];
    // core/main.ts, core/app.ts, core/cli and bot.config.ts wire everything.
    if (rule === undefined || to === from || rule.includes(to)) return undefined;
    return `${file} imports ${target}: ${from} may not point at ${to}`;
  }
  if (target === "dramabot/plugin") return from === "plugins" ? undefined : `${file} imports dramabot/plugin by name`;
  const name = target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");
  const home = homes[target] ?? homes[name];
  if (!home || home.some((folder) => file === folder || file.startsWith(`${folder}/`))) return undefined;
  return `${file} imports ${name}, whose home is ${home.join(", ")}`;
}

test("arrows point inward and every framework stays in its own folder", () => {
  const files = globSync("{core,plugins}/**/*.ts", { cwd: root });
  assert.ok(files.length > 20, `only ${files.length} files were looked at`);
  const violations = files
    .flatMap((file) => importsOf(file, readFileSync(`${root}${file}`, "utf8")))
    .flatMap((one) => violation(one) ?? []);
  assert.deepEqual(violations, []);
});

test("an arrow that is turned around is found", () => {
  const turned = [
    ["core/domain/card.ts", "../telegram/router.ts"],
    ["core/plugin/registry.ts", "undici"],
    ["core/playground/server.ts", "../domain/html.ts"],
    ["plugins/imdb/index.ts", "../../core/http/client.ts"],
    ["core/telegram/transport.ts", "undici"],
    ["core/store/sqlite/open.ts", "node:sqlite"],
  ] as const;
  for (const [file, target] of turned) {
    const [found] = importsOf(file, `import { x } from "${target}";`);
    assert.ok(found && violation(found), `${file} → ${target} went unnoticed`);
  }
});

test("what differs between runtimes stands in core/platform alone", () => {
  const files = globSync("{core,plugins}/**/*.ts", { cwd: root }).filter((file) => !file.startsWith("core/platform/"));
  const told = files.filter((file) =>
    /\bDeno\.|process\.versions|process\.getBuiltinModule/.test(readFileSync(`${root}${file}`, "utf8")),
  );
  assert.deepEqual(told, []);
});
