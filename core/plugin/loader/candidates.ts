import type { FolderEntry, LoaderHost } from "./host.ts";

/** Something in the plugins folder that should be a plugin. */
export interface Candidate {
  /** The file's or folder's name, without an ending; stands in for an id until that is known. */
  readonly name: string;
  /** The module to load; `undefined` when the folder holds none. */
  readonly file: string | undefined;
  /** What is in the plugins folder: the file itself, or the plugin's folder. */
  readonly place: string;
}

const ENDING = /\.(?:ts|mjs|js)$/;
const NO_PLUGIN = /^[._]|^node_modules$|\.d\.ts$|\.test\.\w+$/;
const INDEXES = ["index.ts", "index.mjs", "index.js"];

/**
 * Lists the plugins of a folder by name: `.ts`, `.mjs` and `.js` files, and folders with an `index` of that kind. Names
 * that begin with `_` or `.`, tests and type declarations are passed over.
 *
 * @returns `undefined` when there is no such folder, or when it cannot be read.
 */
export function findCandidates(
  folder: string,
  host: Pick<LoaderHost, "list" | "join">,
): readonly Candidate[] | undefined {
  const entries = host.list(folder);
  return entries
    ?.filter(isPlugin)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, kind }) => {
      const place = host.join(folder, name);
      return kind === "folder"
        ? folderCandidate(name, place, host)
        : { name: name.replace(ENDING, ""), file: place, place };
    });
}

function isPlugin({ name, kind }: FolderEntry): boolean {
  if (NO_PLUGIN.test(name)) return false;
  // A link to nowhere may have been one to a folder.
  return kind === "folder" || ENDING.test(name) || (kind === "nowhere" && !name.includes("."));
}

/** The plugin in a folder. */
export function folderCandidate(name: string, place: string, host: Pick<LoaderHost, "list" | "join">): Candidate {
  const files = host.list(place)?.filter(({ kind }) => kind !== "folder");
  const names = new Set(files?.map((entry) => entry.name));
  const index = INDEXES.find((each) => names.has(each));
  return { name, file: index === undefined ? undefined : host.join(place, index), place };
}
