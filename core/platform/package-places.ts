import { dirname, join } from "node:path";

/** A package's name with its scope, as what is imported begins with it. */
const NAME = /^(?:@[^/:]+\/)?[\w-][^/:]*(?=\/|$)/;

/**
 * Lists the files that would be there if a package could be found, nearest first.
 *
 * @param specifier as the importer has it.
 * @param importer path of the module that imports it.
 * @returns nothing of what is no package.
 */
export function packagePlaces(specifier: string, importer: string): readonly string[] {
  const [name] = NAME.exec(specifier) ?? [];
  const places: string[] = [];
  let folder = importer;
  while (name !== undefined && folder !== dirname(folder)) {
    folder = dirname(folder);
    places.push(join(folder, "node_modules", name, "package.json"));
  }
  return places;
}
