import { existsSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { readEnvironment } from "../../config/environment.ts";
import { makeFolder } from "../../platform/make-folder.ts";
import { shownPath } from "../../platform/operators-files.ts";
import { isBinary, readPackaged } from "../../platform/packaged.ts";
import { pluginsFolder } from "../bot-config.ts";

/** Inside the executable: type declarations by path, such as `core/plugin/index.d.ts` and `valibot.d.ts`. */
const ASSET = new URL("dramabot:///plugin-types.json");

/** Compiler options that make the program's modules known. */
interface Known {
  readonly paths: Readonly<Record<string, readonly string[]>>;
  readonly types?: readonly string[];
  readonly typeRoots?: readonly string[];
}

/**
 * Writes a `tsconfig.json` that lets an editor and `tsc` know `dramabot/plugin`, `dramabot/config` and `valibot`, and what
 * a plugin's tests use of Node: from source they are the program's own files, from the executable declarations that are
 * written beside it.
 *
 * @param asked where the plugins are. Default: the plugins folder, or here.
 * @throws the system's error when nothing can be written there.
 */
export function writeTypes(asked?: string): void {
  const environment = readEnvironment(process.cwd(), process.env);
  const folder = resolve(asked ?? pluginsFolder(environment)?.path ?? ".");
  makeFolder(folder);
  const known = isBinary() ? unpackTypes(folder) : ownTypes();
  const file = join(folder, "tsconfig.json");
  const shown = shownPath(file);
  if (existsSync(file)) {
    process.stdout.write(
      `${shown} is there already and stays as it is. Its "compilerOptions" should hold:\n${JSON.stringify(known, undefined, 2)}\n`,
    );
    return;
  }
  writeFileSync(file, projectOf(known));
  process.stdout.write(`${shown} is written. An editor that opens ${shownPath(folder)} knows dramabot/plugin now.\n`);
}

/** The text of a `tsconfig.json` for plugins. */
export function projectOf(known: Known): string {
  const compilerOptions = {
    target: "es2024",
    module: "esnext",
    moduleResolution: "bundler",
    strict: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
    ...known,
  };
  return `${JSON.stringify({ compilerOptions }, undefined, 2)}\n`;
}

function ownTypes(): Known {
  const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  const typeRoot = at("node_modules/@types");
  return {
    paths: {
      "dramabot/plugin": [at("core/plugin/index.ts")],
      "dramabot/config": [at("core/config/define.ts")],
      "dramabot/plugins/*": [at("plugins/*/index.ts")],
      valibot: [at("node_modules/valibot/dist/index.d.mts")],
    },
    // The program's own modules need them, too. An installation for production alone has none.
    ...(existsSync(join(typeRoot, "node")) ? { types: ["node"], typeRoots: [typeRoot] } : {}),
  };
}

/**
 * Writes declarations into a folder.
 *
 * @param text a JSON object of path → declarations. Default: what the executable holds.
 */
export function unpackTypes(folder: string, text: string = new TextDecoder().decode(readPackaged(ASSET))): Known {
  const declarations = v.parse(v.record(v.string(), v.string()), JSON.parse(text));
  const types = join(folder, ".types");
  for (const [name, declaration] of Object.entries(declarations)) {
    makeFolder(dirname(join(types, name)));
    writeFileSync(join(types, name), declaration);
  }
  return {
    paths: {
      "dramabot/plugin": ["./.types/core/plugin/index.d.ts"],
      "dramabot/config": ["./.types/core/config/define.d.ts"],
      "dramabot/plugins/*": ["./.types/plugins/*/index.d.ts"],
      valibot: ["./.types/valibot.d.ts"],
      "node:assert/strict": ["./.types/node-assert.d.ts"],
    },
  };
}
