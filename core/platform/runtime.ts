/** The runtime's name and version, e.g. `node 24.21.0` or `deno 2.9.6`. */
export function runtimeName(): string {
  const deno = process.versions.deno;
  return deno === undefined ? `node ${process.versions.node}` : `deno ${deno}`;
}
