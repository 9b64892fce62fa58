import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";

/** What keeps something from being read. Both are parts of one line and have no full stop. */
export interface Obstacle {
  /** What is wrong, such as `it is a named pipe, and no file`. */
  readonly what: string;
  readonly todo: string;
}

/** Largest file of an operator's that is read, in bytes. */
const LARGEST = 10 * 1024 * 1024;

/** Opening a pipe nobody writes to would wait for ever, and no signal is heard meanwhile. Windows knows no such flag. */
const AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

const APPEND_AT_ONCE = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

/** Says why a file cannot be read as a module or text; `undefined` when it can. Links are followed. */
export function fileObstacle(path: string): Obstacle | undefined {
  try {
    const state = statSync(path);
    if (!state.isFile())
      return { what: `it is ${kindOf(state)}, and no file`, todo: "Put a file there, or take it away" };
    if (state.size > LARGEST) return tooLarge(state.size);
    closeSync(openSync(path, AT_ONCE));
    return undefined;
  } catch (error) {
    return obstacleOf(error, path, "file");
  }
}

/** Says why a folder cannot be listed; `undefined` when it can. Links are followed. */
export function folderObstacle(path: string): Obstacle | undefined {
  try {
    const state = statSync(path);
    if (!state.isDirectory()) return { what: `it is ${kindOf(state)}, and no folder`, todo: "Name a folder" };
    readdirSync(path);
    return undefined;
  } catch (error) {
    return obstacleOf(error, path, "folder");
  }
}

/**
 * Reads a file as text, and never waits for one that has no end.
 *
 * @throws what the system says, and an Error for what {@link fileObstacle} would name.
 */
export function readWholeFile(path: string): string {
  const handle = openSync(path, AT_ONCE);
  try {
    const state = fstatSync(handle);
    if (!state.isFile() || state.size > LARGEST) throw new Error(`${path} is no file that is read.`);
    return readFileSync(handle, "utf8");
  } finally {
    closeSync(handle);
  }
}

/**
 * Appends to a file that only its owner may read, and never waits for a pipe that nobody reads.
 *
 * @throws what the system says.
 */
export function appendAtOnce(path: string, text: string): void {
  const handle = openSync(path, APPEND_AT_ONCE, 0o600);
  try {
    writeFileSync(handle, text);
  } finally {
    closeSync(handle);
  }
}

function tooLarge(size: number): Obstacle {
  const [whole, most] = [size, LARGEST].map((bytes) => Math.ceil(bytes / 2 ** 20));
  return { what: `it has ${whole} MiB, and at most ${most} are read`, todo: "Make it smaller, or take it away" };
}

/** Says what stands at a path, such as `a named pipe`; a link is what it leads to, unless it was not followed. */
export function kindOf(state: Stats): string {
  if (state.isFile()) return "a file";
  if (state.isDirectory()) return "a folder";
  if (state.isFIFO()) return "a named pipe";
  if (state.isSocket()) return "a socket";
  return "a device";
}

function obstacleOf(error: unknown, path: string, wanted: "file" | "folder"): Obstacle {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const target = targetOf(path);
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return target === undefined
        ? { what: `there is no such ${wanted}`, todo: "Check the path" }
        : { what: `it is a link to ${target}, and nothing is there`, todo: "Mend the link, or take it away" };
    case "ELOOP":
      return { what: "it is a link that leads back to itself", todo: "Mend the link, or take it away" };
    case "EACCES":
    case "EPERM":
      return { what: `it may not be read (${code})`, todo: "Give the user who runs this the right to read it" };
    default:
      return { what: `it cannot be read (${code})`, todo: "Look at the disk it is on, or take it away" };
  }
}

/** Where a link points to, as it stands in it; `undefined` for what is none. */
function targetOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}
