import type { Import } from "./imports.ts";

/** What the files of a room may import, beside one another. */
export interface Room {
  /** Other rooms; `all` for those that wire everything. */
  readonly rooms: readonly string[] | "all";
  /** Packages, and modules of Node's own. `node:` stands for all of Node's but those that have a home. */
  readonly packages: readonly string[];
  /** Files of the room whose imports only running would tell. */
  readonly computed?: readonly string[];
}

/**
 * The rule. Arrows point inward: `plugins → core/plugin → core/domain`. A package stands where it is named and nowhere
 * else, so no framework's types leave their room; what differs between runtimes stands in `core/platform`.
 */
export const rooms: Readonly<Record<string, Room>> = {
  "core/domain": { rooms: [], packages: [] },
  "core/plugin": { rooms: ["core/domain"], packages: ["valibot", "node:assert"] },
  "core/platform": {
    rooms: ["core/domain"],
    packages: [
      "@hono/node-server",
      "node:",
      "node:http",
      "node:module",
      "node:sqlite",
      "node:vm",
      "node:worker_threads",
    ],
    computed: ["import-module.ts"],
  },
  "core/telemetry": {
    rooms: ["core/domain", "core/plugin", "core/platform"],
    packages: ["pino", "prom-client", "node:"],
  },
  "core/http": {
    rooms: ["core/domain", "core/plugin", "core/platform", "core/telemetry"],
    packages: ["undici", "node:"],
  },
  "core/workers": {
    rooms: ["core/domain", "core/plugin", "core/platform"],
    packages: ["tinypool", "valibot", "node:"],
    computed: ["entry.ts"],
  },
  "core/store": { rooms: ["core/domain", "core/plugin", "core/platform"], packages: ["mongodb", "node:"] },
  "core/cache": {
    rooms: ["core/domain", "core/plugin", "core/platform"],
    packages: ["bentocache", "ioredis", "node:"],
  },
  "core/lookup": { rooms: ["core/domain", "core/plugin", "core/cache"], packages: [] },
  "core/config": { rooms: ["core/domain", "core/plugin"], packages: ["valibot", "node:"] },
  "core/server": { rooms: ["core/domain", "core/plugin", "core/platform"], packages: ["hono", "node:"] },
  "core/telegram": {
    rooms: ["core/domain", "core/plugin", "core/store", "core/lookup"],
    packages: ["grammy", "@grammyjs/types", "rate-limiter-flexible", "valibot", "node:"],
  },
  "core/playground": { rooms: ["core/platform"], packages: ["hono", "@hono/node-server", "node:"] },
  // Each plugin is a room of its own, and knows no other one.
  "plugins/*": {
    rooms: ["core/plugin", "core/domain"],
    packages: [
      "dramabot/plugin",
      "valibot",
      "css-select",
      "domhandler",
      "htmlparser2",
      "node:buffer",
      "node:fs",
      "node:path",
    ],
  },
  // What stands in core/ itself wires the rooms, and the command line starts it.
  core: { rooms: "all", packages: ["commander", "node:"] },
  "core/cli": {
    rooms: "all",
    packages: ["commander", "valibot", "node:"],
    computed: ["plugin/new.ts", "plugin/types.ts"],
  },
};

/** Node's own modules that `node:` does not stand for: they have a home. */
const homed = new Set(
  ["http", "https", "http2", "module", "sqlite", "vm", "worker_threads"].map((name) => `node:${name}`),
);

/** Says what is wrong with an import; `undefined` when nothing is. */
export function violation({ file, line, target }: Import): string | undefined {
  const from = roomOf(file);
  const rule = rooms[from.startsWith("plugins/") ? "plugins/*" : from];
  const at = `${file}:${line}`;
  if (rule === undefined) return `${at}: ${from} is no room of the table`;
  if (target === undefined) {
    const known = rule.computed?.some((name) => file === `${from}/${name}`);
    return known ? undefined : `${at} imports what only running would tell`;
  }
  // package.json and the like; a path out of the project does not begin with a room.
  if (/^[\w.-]+\.(?:json|md)$/.test(target)) return undefined;
  if (/^(?:core|plugins|test|bench|build|examples)\/|^bot\.config\.ts$|^\.\.\//.test(target)) {
    const to = roomOf(target);
    const may = to === from || rule.rooms === "all" || rule.rooms.includes(to);
    return may ? undefined : `${at} imports ${target}: ${from} may not point at ${to}`;
  }
  const name = packageOf(target);
  const ofNode = rule.packages.includes("node:") && name.startsWith("node:") && !homed.has(name);
  const may = ofNode || rule.packages.includes(name) || rule.packages.includes(target);
  return may ? undefined : `${at} imports ${target}, which is none of the packages of ${from}`;
}

/** The room of a path: `core/http`, `plugins/imdb`, or the folder that a file stands in by itself. */
function roomOf(path: string): string {
  const parts = path.split("/");
  return parts.length > 2 || (parts[0] !== "core" && parts.length > 1)
    ? parts.slice(0, 2).join("/")
    : (parts[0] ?? path);
}

/** The package of a specifier: `hono` of `hono/body-limit`, `node:fs` of `node:fs/promises`. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
