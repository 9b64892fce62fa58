import { readPackaged } from "./packaged.ts";
import { findOrigin, type SourceMap } from "./source-map.ts";

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

  const place = (frame: NodeJS.CallSite, read: () => SourceMap): string => {
    const line = frame.getLineNumber();
    const column = frame.getColumnNumber();
    if (line === null || column === null || !PROGRAM.test(frame.getFileName() ?? "")) return String(frame);
    const key = `${line}:${column}`;
    if (!known.has(key)) {
      if (known.size >= KEPT) known.clear();
      const origin = findOrigin(read(), line, column);
      known.set(key, origin && `${origin.file}:${origin.line}:${origin.column}`);
    }
    const at = known.get(key);
    if (at === undefined) return String(frame);
    const name = frame.getFunctionName();
    return name ? `${name} (${at})` : at;
  };

  Error.prepareStackTrace = (error, frames) => {
    const head = String(error);
    // Read once for a trace that needs it, and let go of.
    let map: SourceMap | undefined;
    const read = () => {
      map ??= JSON.parse(new TextDecoder().decode(readPackaged(new URL("dramabot:///dramabot.cjs.map")))) as SourceMap; // the build wrote it
      return map;
    };
    try {
      return [head, ...frames.map((frame) => `    at ${place(frame, read)}`)].join("\n");
    } catch {
      // A stack trace of the bundle says more than none.
      return [head, ...frames.map((frame) => `    at ${frame}`)].join("\n");
    }
  };
}
