import { usualHeap } from "../core/platform/heap.ts";

/** Keys of the executable's own files. */
export const PROGRAM = "dramabot.cjs";
export const CODE_CACHE = "dramabot.cache";

/**
 * The script that the executable begins with. Node's own code cache holds what is compiled before a script has run,
 * which is next to nothing of a bundle; this one is taken from a program that has started (`code-cache.ts`). A cache
 * of another V8, or one made with other flags, is turned down by V8, and costs nothing but the time it would have saved.
 *
 * The program is ASCII, so that it is kept as one byte a character.
 */
export const launcher: string = `
const { getRawAsset } = require("node:sea");
const { Script } = require("node:vm");
const asset = (key) => Buffer.from(getRawAsset(key));
let cachedData;
try {
  cachedData = asset(${JSON.stringify(CODE_CACHE)});
} catch {} // made for another machine: without one
const script = new Script(asset(${JSON.stringify(PROGRAM)}).latin1Slice(), { filename: ${JSON.stringify(PROGRAM)}, cachedData });
script.runInThisContext()(exports, require, module);
`;

/** The same, for an executable that writes the code cache to the file it is told by its parent, and ends. */
export const recorder: string = `${launcher}
process.once("message", (file) => {
  // A cache is good for the flags that are in force when it is made, and they are not set yet when it is used.
  for (const flag of ${JSON.stringify(usualHeap)}) require("node:v8").setFlagsFromString(flag);
  require("node:fs").writeFileSync(file, script.createCachedData());
  process.kill(process.pid, "SIGTERM"); // it stops in good order
  process.disconnect();
});
`;
