import { readFileSync } from "node:fs";
import { runtimeName } from "../platform/runtime.ts";

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
  return { version, runtime: runtimeName(), target: `${process.platform}-${process.arch}` };
}

/** The version as people read it. */
export function versionLine({ version, runtime, target }: VersionInformation): string {
  return `dramabot ${version} (${runtime}, ${target})`;
}
