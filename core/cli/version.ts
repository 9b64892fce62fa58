import { buildInformation, readPackaged } from "../platform/packaged.ts";
import { runtimeName } from "../platform/runtime.ts";

/** What this program is. */
export interface VersionInformation {
  readonly version: string;
  /** The commit that an executable was made of; `undefined` from source. */
  readonly commit?: string;
  readonly runtime: string;
  readonly target: string;
}

/** Reads the version from `package.json`. */
export function versionInformation(): VersionInformation {
  const text = new TextDecoder().decode(readPackaged(new URL("../../package.json", import.meta.url)));
  const parsed: unknown = JSON.parse(text);
  const version = typeof parsed === "object" && parsed && "version" in parsed ? String(parsed.version) : "0.0.0";
  return {
    version,
    ...(buildInformation && { commit: buildInformation.commit }),
    runtime: runtimeName(),
    target: buildInformation?.target ?? `${process.platform}-${process.arch}`,
  };
}

/** A plugin that comes with the program. */
export interface BuiltInPlugin {
  readonly id: string;
  readonly version: string;
}

/**
 * What this program is, with the plugins inside it: those of the `bot.config.ts` that it was made with, whichever run.
 *
 * @param onProblem told when that file cannot be used, as may be from source; what of it can be read is given.
 */
export async function fullVersionInformation(
  onProblem: (message: string) => void,
): Promise<VersionInformation & { readonly plugins: readonly BuiltInPlugin[] }> {
  const { readBuiltIn } = await import("./built-in.ts"); // loads every plugin: the version alone is to be quick
  const { plugins, problems = [] } = await readBuiltIn();
  for (const problem of problems) onProblem(problem);
  return { ...versionInformation(), plugins: plugins.map(({ definition: { id, version } }) => ({ id, version })) };
}

/** The version as people read it. */
export function versionLine({ version, runtime, target }: VersionInformation): string {
  return `dramabot ${version} (${runtime}, ${target})`;
}

/** The licences of all that the executable is made of; `undefined` from source, where each package carries its own. */
export function thirdPartyNotices(): string | undefined {
  if (buildInformation === undefined) return undefined;
  return new TextDecoder().decode(readPackaged(new URL("dramabot:///THIRD-PARTY-NOTICES.txt")));
}
