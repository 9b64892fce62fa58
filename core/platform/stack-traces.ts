import { readPackaged } from "./packaged.ts";
import { findOrigins, type Position, type SourceMap } from "./source-map.ts";

/** The executable's own program, as stack traces name it. */
const PROGRAM = /(?:^|[\\/])dramabot\.cjs$/;

/** Places remembered, so that the same error over and over costs nothing. */
const KEPT = 500;

/**
 * Lets stack traces of the executable name the `.ts` file and line: the runtime leaves the source map of a program
 * inside an executable aside.
 */
export function mapStackTraces(): void {
  const known = new Map<string, string | undefined>();

  /** Looks up what is not known yet; the map is read once for all of it, and let go of. */
  const learn = (frames: readonly (Position | undefined)[]) => {
    if (known.size >= KEPT) known.clear();
    const unknown = frames.filter((one) => one !== undefined).filter((one) => !known.has(keyOf(one)));
    if (unknown.length === 0) return;
    const origins = findOrigins(readMap(), unknown);
    for (const [index, one] of unknown.entries()) {
      const origin = origins[index];
      known.set(keyOf(one), origin && `${origin.file}:${origin.line}:${origin.column}`);
    }
  };

  Error.prepareStackTrace = (error, frames) => {
    const head = String(error);
    try {
      const places = frames.map(placeOf);
      learn(places);
      const lines = frames.map((frame, index) => {
        const place = places[index];
        const at = place && known.get(keyOf(place));
        if (at === undefined) return String(frame);
        const name = frame.getFunctionName();
        return name ? `${name} (${at})` : at;
      });
      return [head, ...lines.map((line) => `    at ${line}`)].join("\n");
    } catch {
      // A stack trace of the bundle says more than none.
      return [head, ...frames.map((frame) => `    at ${frame}`)].join("\n");
    }
  };
}

/** Where a frame is in the program; `undefined` for one of the runtime's own. */
function placeOf(frame: NodeJS.CallSite): Position | undefined {
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (line === null || column === null || !PROGRAM.test(frame.getFileName() ?? "")) return undefined;
  return { line, column };
}

const keyOf = ({ line, column }: Position) => `${line}:${column}`;

function readMap(): SourceMap {
  return JSON.parse(new TextDecoder().decode(readPackaged(new URL("dramabot:///dramabot.cjs.map")))) as SourceMap; // the build wrote it
}
