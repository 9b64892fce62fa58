import { existsSync, realpathSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { constants, Script } from "node:vm";
import { missingPackage, unstrippable } from "./deno-modules.ts";
import { fileObstacle, type Obstacle, readWholeFile } from "./obstacle.ts";
import { packagePlaces } from "./package-places.ts";
import { isBinary } from "./packaged.ts";
import { findStripped } from "./stripped-types.ts";

type Namespace = Readonly<Record<string, unknown>>;

/** What came of loading a module from a file while the program runs. */
export interface ImportedModule {
  readonly outcome: { readonly namespace: Namespace } | { readonly error: unknown };
  /** It and the modules it imported, but for packages: what a reload has to look at. */
  readonly files: readonly string[];
}

/** What is thrown instead of reading a module that cannot be read; the runtime would wait for a pipe for ever. */
export interface UnreadableModule extends Error {
  readonly unreadable: Obstacle & {
    readonly path: string;
    /** The module that imports it, when that is not the program itself. */
    readonly importer: string | undefined;
  };
}

/** What is thrown of an import that the program never fulfils, whatever stands beside the plugin. */
export interface RefusedImport extends Error {
  readonly refused: Obstacle & {
    /** As the importer has it. */
    readonly specifier: string;
    /** The path of the module that imports it. */
    readonly importer: string;
  };
}

export interface ImportOptions {
  /** Looks for a TypeScript file without its types, by its SHA-256; the runtime takes out those of all others. */
  readonly stripped?: (hash: string) => string | undefined;
}

/** Where the synthetic modules find what they give away. */
const SHARED = Symbol.for("dramabot.shared");
const SCHEME = "dramabot-shared:";
/** Carries the number of a load in the URLs of its modules, so that a later load reads the files anew. */
const LOAD = "v";

const shared = new Map<string, Namespace>();
const loads = new Map<string, Set<string>>();
const onDeno = process.versions.deno !== undefined;
/** How to find texts without their types, by the number of a load that is under way. */
const strippedTexts = new Map<string, NonNullable<ImportOptions["stripped"]>>();
/** What a load ended with, by its number, where the runtime says something else: Deno of packages that are nowhere. */
const failures = new Map<string, Error>();
/** An import of code from elsewhere, and one of what only the program itself could have. */
const REMOTE = /^https?:/i;
const OWN = /^(?:dramabot|valibot)(?:\/|$)/;
let importUrl: ((url: string) => Promise<Namespace>) | undefined;

/**
 * Lets modules that are loaded later import these by name. They get the program's own copies, so that classes and
 * schemas are one and the same on both sides.
 *
 * @param modules namespaces by the name they are imported by, e.g. `valibot`.
 */
export function shareModules(modules: Readonly<Record<string, object>>): void {
  for (const [name, namespace] of Object.entries(modules)) shared.set(name, namespace as Namespace); // read by name only
}

/**
 * Loads a `.ts`, `.mjs` or `.js` file, with the modules beside it and the packages in its `node_modules`: from source,
 * inside the single executable and on Deno. Every call reads the files anew.
 *
 * @returns the module, or what the runtime says of one that cannot be loaded, or what the module itself threw.
 */
export async function importModule(file: string, { stripped }: ImportOptions = {}): Promise<ImportedModule> {
  importUrl ??= prepare();
  const url = pathToFileURL(targetOf(file));
  const load = String(loads.size + 1);
  const files = new Set([file]);
  loads.set(load, files);
  if (stripped !== undefined && !onDeno) strippedTexts.set(load, stripped);
  url.searchParams.set(LOAD, load);
  try {
    const namespace = await importUrl(url.href);
    const error = onDeno ? unstrippable(files) : undefined;
    return { outcome: error === undefined ? { namespace } : { error }, files: [...files] };
  } catch (error) {
    return { outcome: { error: failures.get(load) ?? error }, files: [...files] };
  } finally {
    failures.delete(load);
    strippedTexts.delete(load);
  }
}

/** What a link leads to now: the runtime itself remembers for ever what it led to first. */
function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file; // loading it says what is wrong
  }
}

/**
 * Finds where a file's syntax is broken, which the runtime does not say of JavaScript.
 *
 * @returns a line, beginning with 1; `undefined` when nothing is found.
 */
export function brokenLine(file: string): number | undefined {
  try {
    stripTypeScriptTypes(readWholeFile(file), { mode: "strip", sourceUrl: file });
    return undefined;
  } catch (error) {
    const [head = ""] = error instanceof Error ? (error.stack ?? "").split("\n") : [];
    const line = head.startsWith(`${file}:`) ? Number(head.slice(file.length + 1)) : Number.NaN;
    return Number.isSafeInteger(line) ? line : undefined;
  }
}

function prepare(): (url: string) => Promise<Namespace> {
  Object.assign(globalThis, { [SHARED]: shared });
  registerHooks({
    resolve(specifier, context, next) {
      if (shared.has(specifier)) return { url: SCHEME + specifier, format: "module", shortCircuit: true };
      const remote = REMOTE.test(specifier) ? refusedImport(specifier, context.parentURL) : undefined;
      if (remote !== undefined) throw remote;
      const found = find(() => next(specifier, context), specifier, context.parentURL);
      const load = loadOf(found.url) ?? loadOf(context.parentURL);
      const missing = onDeno && load !== undefined && missingPackage(specifier, context.parentURL, found.url);
      const nowhere = missing && (refusedImport(specifier, context.parentURL) ?? missing);
      if (nowhere) {
        failures.set(load, nowhere);
        addMissing(load, specifier, context.parentURL);
      }
      if (load === undefined || !found.url.startsWith("file:")) return found;
      const unreadable = nowhere ? undefined : unreadableModule(found.url, context.parentURL);
      if (unreadable) {
        loads.get(load)?.add(fileURLToPath(found.url));
        failures.set(load, unreadable);
        throw unreadable;
      }
      if (found.url.includes("/node_modules/")) return found;
      const url = new URL(found.url);
      url.searchParams.set(LOAD, load);
      loads.get(load)?.add(fileURLToPath(url));
      // Without a package.json that says so, the runtime would guess, and warn of it.
      return url.pathname.endsWith(".ts")
        ? { ...found, url: url.href, format: "module-typescript" }
        : { ...found, url: url.href };
    },
    load(url, context, next) {
      if (url.startsWith(SCHEME))
        return { format: "module", source: forwarding(url.slice(SCHEME.length)), shortCircuit: true };
      const loaded = next(url, context);
      const { format, source: bytes } = loaded;
      const find = strippedTexts.get(loadOf(url) ?? "");
      if (find === undefined || format !== "module-typescript" || !(bytes instanceof Uint8Array)) return loaded;
      const source = findStripped(bytes, find);
      return source === undefined ? loaded : { ...loaded, format: "module", source };
    },
  });
  if (!isBinary()) return (url) => import(url);
  // Inside the executable a plain import() knows the modules of the executable alone.
  const script = new Script("(url) => import(url)", {
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext() as (url: string) => Promise<Namespace>; // the line above says so
}

function find<T>(look: () => T, specifier: string, parent: string | undefined): T {
  try {
    return look();
  } catch (error) {
    const load = loadOf(parent);
    if (load !== undefined) addMissing(load, specifier, parent);
    throw refusedImport(specifier, parent) ?? error;
  }
}

/** A file that is not there is one of the module's, too: when it comes, the module is another one. So is a package. */
function addMissing(load: string, specifier: string, parent: string | undefined): void {
  const files = loads.get(load);
  if (/^\.{0,2}\//.test(specifier)) files?.add(fileURLToPath(new URL(specifier, parent)));
  else if (parent?.startsWith("file:"))
    for (const place of packagePlaces(specifier, fileURLToPath(parent))) files?.add(place);
}

/** Says of an address and of a name below the program's own, which no package has, what to do instead. */
function refusedImport(specifier: string, parent: string | undefined): RefusedImport | undefined {
  const load = loadOf(parent);
  const remote = REMOTE.test(specifier);
  if (load === undefined || parent === undefined || !(remote || OWN.test(specifier))) return undefined;
  const offered = [...shared.keys()];
  const what = remote
    ? `no code is loaded from the network: ${specifier}`
    : `the program has no ${specifier} to import`;
  const todo = remote
    ? "Put the file beside the plugin and import that"
    : `It has ${offered.slice(0, -1).join(", ")} and ${offered.at(-1)}`;
  const refused = { specifier, importer: fileURLToPath(parent), what, todo };
  const error = Object.assign(new Error(`${what}. ${todo}.`), { refused });
  if (onDeno) failures.set(load, error);
  return error;
}

function unreadableModule(url: string, parent: string | undefined): UnreadableModule | undefined {
  const path = fileURLToPath(url);
  // Of what is not there the runtime tells.
  const obstacle = existsSync(path) ? fileObstacle(path) : undefined;
  if (obstacle === undefined) return undefined;
  const importer = parent !== undefined && loadOf(parent) !== undefined ? fileURLToPath(parent) : undefined;
  return Object.assign(new Error(`${path}: ${obstacle.what}`), { unreadable: { ...obstacle, path, importer } });
}

function loadOf(url: string | undefined): string | undefined {
  return url?.startsWith("file:") ? (new URL(url).searchParams.get(LOAD) ?? undefined) : undefined;
}

/** Source of a module that exports what a shared namespace holds. */
function forwarding(name: string): string {
  const keys = Object.keys(shared.get(name) ?? {}).map((key) => JSON.stringify(key));
  return [
    `const shared = globalThis[Symbol.for("dramabot.shared")].get(${JSON.stringify(name)});`,
    ...keys.map((key, index) => `const e${index} = shared[${key}];`),
    // Some names, such as valibot's "null", are no identifiers.
    `export { ${keys.map((key, index) => `e${index} as ${key}`).join(", ")} };`,
  ].join("\n");
}
