import { lstatSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { nearest } from "../../domain/nearest.ts";
import { type Candidate, findCandidates, folderCandidate } from "../../plugin/loader/candidates.ts";
import type { LoaderHost } from "../../plugin/loader/host.ts";

/** The plugin at a path: its file, its folder, or its folder's index. @returns `undefined` when nothing is there. */
export function candidateAt(path: string, host: LoaderHost): Candidate | undefined {
  const place = resolve(path);
  if (lstatSync(place, { throwIfNoEntry: false }) === undefined) return undefined;
  if (isFolder(place)) return folderCandidate(basename(place), place, host);
  const name = nameOf(place);
  return name === "index"
    ? folderCandidate(basename(dirname(place)), dirname(place), host)
    : { name, file: place, place };
}

/**
 * Says that nothing is at a path, where that is, and what was likely meant.
 *
 * @param folder the plugins folder.
 */
export function nothingAt(path: string, folder: string | undefined, host: LoaderHost): string {
  const candidates = (folder === undefined ? undefined : findCandidates(folder, host)) ?? [];
  const near = nearest(
    nameOf(resolve(path)),
    candidates.map(({ name }) => name),
  );
  const meant = candidates.find(({ name }) => name === near);
  const todo = meant
    ? `The plugins folder has ${host.shown(meant.place)}: dramabot plugin check ${host.shown(meant.place)}`
    : "Give the path of the plugin's file or folder.";
  return `there is no ${path}: nothing is at ${resolve(path)}. ${todo}`;
}

function isFolder(place: string): boolean {
  try {
    return statSync(place).isDirectory();
  } catch {
    return false; // a link to nowhere, or round in a circle: loading it says so
  }
}

function nameOf(place: string): string {
  return basename(place).replace(/\.\w+$/, "");
}
