import { type FSWatcher, statSync, watch } from "node:fs";

/** How often it is looked whether the folder is still the same one, in ms: of a folder that comes, nothing tells. */
const INTERVAL = 1_000;
/** How often in a row a watch may fail to begin: files may go while it does. */
const ATTEMPTS = 3;

export interface FolderWatchOptions {
  /** Called for every change in the folder, and when it comes, goes or is another one. */
  onChange(): void;
  /** Told that the system gives no notice of changes in this folder. */
  onProblem(error: unknown): void;
  /** Default 1,000 ms. */
  readonly interval?: number;
}

/**
 * Watches a folder with all that is in it by its path: also when it comes only later, and when another folder takes its
 * place. On Node it keeps no process alive.
 *
 * @returns a function that ends it.
 */
export function watchFolder(
  path: string,
  { onChange, onProblem, interval = INTERVAL }: FolderWatchOptions,
): () => void {
  let seen = identityOf(path);
  let watcher: FSWatcher | undefined;
  let failures = 0;

  const close = () => {
    watcher?.close();
    watcher = undefined;
  };

  const open = () => {
    if (seen === undefined || failures >= ATTEMPTS) return;
    try {
      watcher = watch(path, { recursive: true, persistent: false }, onChange).on("error", close);
      failures = 0;
    } catch (error) {
      if (++failures === ATTEMPTS) onProblem(error);
    }
  };

  const look = () => {
    const now = identityOf(path);
    if (now === seen && watcher !== undefined) return;
    const isAnother = now !== seen;
    if (isAnother) failures = 0;
    seen = now;
    close();
    open();
    // What happened meanwhile was not noticed.
    if (isAnother || watcher !== undefined) onChange();
  };

  open();
  const timer = setInterval(look, interval).unref();
  return () => {
    clearInterval(timer);
    close();
  };
}

/** Tells one folder from another in its place; links are followed. */
function identityOf(path: string): string | undefined {
  try {
    // A new folder may have the number of one that is gone.
    const { dev, ino, birthtimeNs } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return undefined;
  }
}
