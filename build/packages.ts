import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package whose code is in the executable. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as the package states it. */
  readonly license: string;
  readonly homepage: string | undefined;
  /** The licence's text, where the package carries it. */
  readonly text: string | undefined;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

/** Reads what packages say of themselves. @param folders package folders by name. */
export function readPackages(folders: ReadonlyMap<string, string>): readonly BundledPackage[] {
  return [...folders]
    .map(([name, folder]) => {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
      const { license } = manifest as { license?: unknown };
      const stated = text(license) ?? text((license as { type?: unknown } | undefined)?.type);
      if (stated === undefined) throw new Error(`${name} states no licence: look at it before it is shipped.`);
      const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)(?:\.|$)/i.test(entry));
      return {
        name,
        version: String(manifest.version),
        license: stated,
        homepage: text(manifest.homepage),
        text: file === undefined ? undefined : readFileSync(join(folder, file), "utf8").trim(),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Node itself, which the executable is made of.
 *
 * @param folders npm packages of that version, the base's own first: the one for Windows carries no licence.
 */
export function readNode(folders: readonly string[], version: string): BundledPackage {
  const file = folders
    .flatMap((folder) => [join(folder, "LICENSE"), join(folder, "share/doc/node/LICENSE")])
    .find((path) => existsSync(path));
  if (file === undefined)
    throw new Error(`Node ${version} comes without its licence: look for it before it is shipped.`);
  return {
    name: "node",
    version,
    license: "MIT",
    homepage: "https://nodejs.org",
    text: readFileSync(file, "utf8").trim(),
  };
}
