import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { ProbeMemory } from "../plugin/loader/host.ts";

const schema = v.object({
  program: v.string(),
  plugins: v.record(v.string(), v.record(v.string(), v.string())),
});

/** Most plugins that are remembered; one that was left out is tried once more. */
const MOST = 500;

export interface MemoryOptions {
  /** Folder that keeps it; without one, or when it may not be written to, it ends with the process. */
  readonly dataDir: string | undefined;
  /** What was loaded by another version of the program is tried anew. */
  readonly version: string;
}

/**
 * Remembers which external plugins could be loaded. Failures are not kept: a machine that was busy must not keep a good
 * plugin out.
 */
export function openPluginMemory({ dataDir, version }: MemoryOptions): ProbeMemory {
  const file = dataDir === undefined ? undefined : join(dataDir, "plugins.json");
  const known = new Map<string, Readonly<Record<string, string>>>();
  try {
    const kept = v.parse(schema, JSON.parse(file === undefined ? "{}" : readFileSync(file, "utf8")));
    if (kept.program === version)
      for (const [plugin, stamps] of Object.entries(kept.plugins)) known.set(plugin, stamps);
  } catch {
    // Nothing is known, then: each plugin is tried once more.
  }
  return {
    get: (plugin) => known.get(plugin),
    set(plugin, stamps) {
      known.delete(plugin);
      known.set(plugin, stamps);
      for (const oldest of known.keys()) if (known.size > MOST) known.delete(oldest);
      if (file === undefined || dataDir === undefined || !isOurs(dataDir)) return;
      try {
        writeFileSync(file, JSON.stringify({ program: version, plugins: Object.fromEntries(known) }));
      } catch {
        // The next start tries it once more.
      }
    },
  };
}

/** Whether the folder is this user's: a file that root left in the bot's folder could never be written by the bot again. */
function isOurs(folder: string): boolean {
  const user = process.getuid?.();
  return user === undefined || statSync(folder, { throwIfNoEntry: false })?.uid === user;
}
