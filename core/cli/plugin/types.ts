import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { readEnvironment } from "../../config/environment.ts";
import { isBinary, readPackaged } from "../../platform/packaged.ts";
import { pluginsFolder } from "../bot-config.ts";

/** Inside the executable: type declarations by path, such as `core/plugin/index.d.ts` and `valibot.d.ts`. */
const ASSET = new URL("dramabot:///plugin-types.json");

/**
 * Writes a `tsconfig.json` that lets an editor and `tsc` know `dramabot/plugin`, `dramabot/config` and `valibot`: from
 * source they are the program's own files, from the executable declarations that are written beside it.
 *
 * @param asked where the plugins are. Default: the plugins folder, or here.
 */
export function writeTypes(asked?: string): void {
  const environment = readEnvironment(process.cwd(), process.env);
  const folder = resolve(asked ?? pluginsFolder(environment)?.path ?? ".");
  mkdirSync(folder, { recursive: true });
  const paths = isBinary() ? unpack(folder) : sourcePaths();
  const file = join(folder, "tsconfig.json");
  if (existsSync(file)) {
    process.stdout.write(
      `${file} is there already and stays as it is. Its "paths" should hold:\n${JSON.stringify(paths, undefined, 2)}\n`,
    );
    return;
  }
  writeFileSync(file, `${JSON.stringify(configuration(paths), undefined, 2)}\n`);
  process.stdout.write(`${file} is written. An editor that opens ${folder} knows dramabot/plugin now.\n`);
}

type Paths = Readonly<Record<string, readonly string[]>>;

function configuration(paths: Paths) {
  return {
    compilerOptions: {
      target: "es2024",
      module: "esnext",
      moduleResolution: "bundler",
      strict: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
      paths,
    },
  };
}

function sourcePaths(): Paths {
  const at = (path: string) => [fileURLToPath(new URL(`../../../${path}`, import.meta.url))];
  return {
    "dramabot/plugin": at("core/plugin/index.ts"),
    "dramabot/config": at("core/config/define.ts"),
    "dramabot/plugins/*": at("plugins/*/index.ts"),
    valibot: at("node_modules/valibot/dist/index.d.mts"),
  };
}

function unpack(folder: string): Paths {
  const text = new TextDecoder().decode(readPackaged(ASSET));
  const declarations = v.parse(v.record(v.string(), v.string()), JSON.parse(text));
  const types = join(folder, ".types");
  for (const [name, declaration] of Object.entries(declarations)) {
    mkdirSync(dirname(join(types, name)), { recursive: true });
    writeFileSync(join(types, name), declaration);
  }
  return {
    "dramabot/plugin": ["./.types/core/plugin/index.d.ts"],
    "dramabot/config": ["./.types/core/config/define.d.ts"],
    "dramabot/plugins/*": ["./.types/plugins/*/index.d.ts"],
    valibot: ["./.types/valibot.d.ts"],
  };
}
