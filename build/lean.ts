import type { Plugin } from "esbuild";

/**
 * What the executable holds of packages whose main module loads all they have: the files that the program uses. An
 * import of anything else from them ends the build ("No matching export"), so that nothing goes missing unseen.
 */
const parts: Readonly<Record<string, string>> = {
  // Without fetch, WebSocket, the mocks, caches and interceptors. Methods of Dispatcher are put on it by the main module.
  undici: `
    import Dispatcher from "undici/lib/dispatcher/dispatcher.js";
    import request from "undici/lib/api/api-request.js";
    Dispatcher.prototype.request = request;
    export { default as Agent } from "undici/lib/dispatcher/agent.js";
    export { default as Pool } from "undici/lib/dispatcher/pool.js";
    export { default as errors } from "undici/lib/core/errors.js";`,
  // Without the default metrics, summaries, the push gateway and the cluster's registry.
  "prom-client": `
    export { default as Registry } from "prom-client/lib/registry.js";
    export { default as Counter } from "prom-client/lib/counter.js";
    export { default as Gauge } from "prom-client/lib/gauge.js";
    export { default as Histogram } from "prom-client/lib/histogram.js";`,
  // Without the limiters of twenty databases.
  "rate-limiter-flexible": `
    export { default as RateLimiterMemory } from "rate-limiter-flexible/lib/RateLimiterMemory.js";
    export { default as RateLimiterRes } from "rate-limiter-flexible/lib/RateLimiterRes.js";`,
  // bentocache's line to other processes, made only when a cache is given one; it brings a library of string functions.
  "@boringnode/bus": `
    export class Bus { constructor() { throw new Error("This build holds no cache bus: see build/lean.ts."); } }`,
};

/** Parts of undici that run for HTTP/2 alone, and for bodies that are forms: both are never used here. */
const unused: readonly (readonly [filter: RegExp, source: string])[] = [
  [
    /[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client-h2\.js$/,
    `module.exports = () => { throw new Error("This build holds no HTTP/2 client: see build/lean.ts."); };`,
  ],
  [
    /[\\/]undici[\\/]lib[\\/]web[\\/]fetch[\\/]body\.js$/,
    `exports.extractBody = () => { throw new Error("This build sends no forms through undici: see build/lean.ts."); };`,
  ],
  [/[\\/]undici[\\/]lib[\\/]web[\\/]fetch[\\/]formdata\.js$/, ""],
  [/[\\/]undici[\\/]lib[\\/]web[\\/]webidl[\\/]index\.js$/, "exports.webidl = { is: { FormData: () => false } };"],
];

/** Leaves out of large packages what the program does not use: it would be read, compiled and kept at every start. */
export const lean: Plugin = {
  name: "lean",
  setup({ initialOptions: { absWorkingDir: root = "" }, onResolve, onLoad }) {
    const names = Object.keys(parts).map((name) => name.replaceAll("/", "\\/"));
    onResolve({ filter: new RegExp(`^(?:${names.join("|")})$`) }, ({ path }) => ({ path, namespace: "lean" }));
    onLoad({ filter: /.*/, namespace: "lean" }, ({ path }) => ({ contents: parts[path] ?? "", resolveDir: root }));
    for (const [filter, contents] of unused) onLoad({ filter }, () => ({ contents, loader: "js" }));
  },
};
