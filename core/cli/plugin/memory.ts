import { randomBytes } from "node:crypto";
import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { readWholeFile } from "../../platform/obstacle.ts";
import type { ProbeMemory } from "../../plugin/loader/host.ts";

const texts = v.record(v.string(), v.string());
const schema = v.object({
  program: v.string(),
  plugins: v.record(
    v.string(),
    v.object({ stamps: texts, stripped: texts, name: v.optional(v.object({ id: v.string(), version: v.string() })) }),
  ),
});

type Known = v.InferOutput<typeof schema>["plugins"][string];

/** Most plugins that are remembered; one that was left out is tried once more. */
const MOST = 500;
/** Most text that is kept of all of them, in UTF-16 code units; the runtime strips what was left out. */
const MOST_TEXT = 2_097_152;

export interface MemoryOptions {
  /** Folder that keeps it; without one, or when it may not be written to, it ends with the process. */
  readonly dataDir: string | undefined;
  /** Version and runtime: what was loaded by another program is tried anew. */
  readonly program: string;
}

/** What a plugin is called. */
export interface PluginName {
  readonly id: string;
  readonly version: string;
}

/** Remembers which files could be loaded, and what they are without their types. */
export interface PluginMemory extends ProbeMemory {
  /** @returns what the plugin in a file is called, if that was noted since it could be loaded. */
  name(file: string): PluginName | undefined;
  setName(file: string, name: PluginName): void;
  /** @returns the text that was made of the file with this SHA-256. */
  stripped(hash: string): string | undefined;
  /** @returns what the plugin's TypeScript is without types, by the SHA-256 of each file. */
  texts(plugin: string): Readonly<Record<string, string>> | undefined;
}

/**
 * Remembers which external plugins could be loaded. Failures are not kept: a machine that was busy must not keep a good
 * plugin out.
 */
export function openPluginMemory({ dataDir, program }: MemoryOptions): PluginMemory {
  const file = dataDir === undefined ? undefined : join(dataDir, "plugins.json");
  const known = new Map<string, Known>();
  try {
    const kept = v.parse(schema, JSON.parse(file === undefined ? "{}" : readWholeFile(file)));
    if (kept.program === program) for (const [plugin, one] of Object.entries(kept.plugins)) known.set(plugin, one);
  } catch {
    // Nothing is known, then: each plugin is tried once more.
  }
  return {
    get: (plugin) => known.get(plugin)?.stamps,
    stripped(hash) {
      for (const { stripped } of known.values()) if (Object.hasOwn(stripped, hash)) return stripped[hash];
      return undefined;
    },
    texts: (plugin) => known.get(plugin)?.stripped,
    set(plugin, stamps, stripped = {}) {
      known.delete(plugin);
      known.set(plugin, { stamps, stripped });
      for (const oldest of known.keys()) if (known.size > MOST) known.delete(oldest);
      forgetOldTexts(known);
      save();
    },
    name: (plugin) => known.get(plugin)?.name,
    setName(plugin, name) {
      const one = known.get(plugin);
      if (one === undefined || (one.name?.id === name.id && one.name.version === name.version)) return;
      known.set(plugin, { ...one, name });
      save();
    },
  };

  function save(): void {
    if (file === undefined || dataDir === undefined || !isOurs(dataDir)) return;
    try {
      write(file, JSON.stringify({ program, plugins: Object.fromEntries(known) }));
    } catch {
      // The next start tries it once more.
    }
  }
}

/** Leaves as much text as may be kept, that of the newest. */
function forgetOldTexts(known: Map<string, Known>): void {
  let size = 0;
  for (const [plugin, one] of [...known].reverse()) {
    size += Object.values(one.stripped).reduce((sum, text) => sum + text.length, 0);
    // Setting what is there leaves the order as it is.
    if (size > MOST_TEXT) known.set(plugin, { ...one, stripped: {} });
  }
}

/** Writes a file that has its name only when it is whole. */
function write(file: string, text: string): void {
  const unfinished = `${file}.${randomBytes(4).toString("hex")}.part`;
  try {
    // A plugin's text may be nobody else's business.
    writeFileSync(unfinished, text, { flag: "wx", mode: 0o600 });
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Whether the folder is this user's: a file that root left in the bot's folder could never be written by the bot again. */
function isOurs(folder: string): boolean {
  const user = process.getuid?.();
  return user === undefined || statSync(folder, { throwIfNoEntry: false })?.uid === user;
}
