import { type Dirent, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { FolderEntry, LoaderHost } from "../../plugin/loader/host.ts";

/** Folders and the state of files, as the plugin loader sees them; links are followed. */
export const pluginFiles: Pick<LoaderHost, "list" | "join" | "stamp"> = {
  join,
  list(folder) {
    try {
      const entries = readdirSync(folder, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, kind: kindOf(folder, entry) }));
    } catch {
      return undefined;
    }
  },
  stamp(file) {
    const state = stateOf(file);
    // Number and change time tell what leaves time and size alone: other rights, and a link that points elsewhere now.
    return state ? `${state.mtimeMs}:${state.size}:${state.ctimeMs}:${state.ino}` : "absent";
  },
};

/**
 * Whether a file changed after a moment, in ms since 1970. One that seems to have changed in the future did not: its time
 * was set, or another machine's clock says so. Deno knows seconds alone of what is no change of the contents.
 */
export function changedSince(file: string, moment: number): boolean {
  const { mtimeMs, ctimeMs } = stateOf(file) ?? { mtimeMs: 0, ctimeMs: 0 };
  const now = Date.now();
  return [mtimeMs, ctimeMs].some((time) => time > moment && time <= now);
}

function kindOf(folder: string, entry: Dirent): FolderEntry["kind"] {
  if (!entry.isSymbolicLink()) return entry.isDirectory() ? "folder" : "file";
  const state = stateOf(join(folder, entry.name));
  if (state === undefined) return "nowhere";
  return state.isDirectory() ? "folder" : "file";
}

/** What a path leads to; nothing also where the way there is barred, or a link leads back to itself. */
function stateOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
