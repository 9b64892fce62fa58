import { findCandidates } from "../../plugin/loader/candidates.ts";
import { stampsOf } from "../../plugin/loader/load.ts";
import { pluginFiles } from "./files.ts";

/**
 * How often it is looked whether anything changed, in ms. The system's own notices would come sooner; but they get lost
 * when a file is replaced by another one, and there are none of what a link leads to.
 */
const INTERVAL = 500;
/** For how long nothing must have changed then, in ms: editors write in several steps. */
const QUIET = 300;

/** What plugins of a folder were loaded from. */
export interface FolderView {
  /** The module of each, or its folder when that holds none; `undefined` when the plugins folder cannot be read. */
  readonly modules: readonly string[] | undefined;
  /** How each of their files was before it was read. */
  readonly stamps: Readonly<Record<string, string>>;
}

export interface FolderWatchOptions {
  /** What is known: a change since then is one, too. */
  readonly view: FolderView;
  /** Called when something changed, and nothing did for a moment. */
  onChange(): void;
  /** Default 500 ms. */
  readonly interval?: number;
  /** Default 300 ms. */
  readonly quiet?: number;
}

export interface FolderWatch {
  /** Watches for what is not as it is here. */
  renew(view: FolderView): void;
  end(): void;
}

/**
 * Watches a plugins folder by its path, and the files that its plugins were loaded from, wherever these are. It keeps no
 * process alive.
 */
export function watchFolder(
  path: string,
  { view, onChange, interval = INTERVAL, quiet = QUIET }: FolderWatchOptions,
): FolderWatch {
  let files = Object.keys(view.stamps);
  let seen = textOf(view);
  let isChanging = false;
  let timer = setTimeout(look, interval).unref();

  function look(): void {
    const now = textOf(viewOf(path, files));
    if (now !== seen) {
      seen = now;
      isChanging = true;
    } else if (isChanging) {
      isChanging = false;
      onChange();
    }
    timer = setTimeout(look, isChanging ? quiet : interval).unref();
  }

  return {
    renew(next) {
      files = Object.keys(next.stamps);
      seen = textOf(next);
      isChanging = false;
    },
    end: () => clearTimeout(timer),
  };
}

function viewOf(path: string, files: readonly string[]): FolderView {
  const modules = findCandidates(path, pluginFiles)?.map(({ file, place }) => file ?? place);
  return { modules, stamps: stampsOf(files, pluginFiles) };
}

function textOf({ modules, stamps }: FolderView): string {
  return JSON.stringify([modules, Object.entries(stamps)]);
}
