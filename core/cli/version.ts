import { readFileSync } from "node:fs";

/** What this program is. */
export interface VersionInformation {
  readonly version: string;
  readonly runtime: string;
  readonly target: string;
}

/** Reads the version from `package.json`. */
export function versionInformation(): VersionInformation {
  const parsed: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const version = typeof parsed === "object" && parsed && "version" in parsed ? String(parsed.version) : "0.0.0";
  return { version, runtime: `node ${process.versions.node}`, target: `${process.platform}-${process.arch}` };
}
