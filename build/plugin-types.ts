import { execFileSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundle.ts";

/** What plugins and `bot.config.ts` import by name. */
const ENTRIES = ["core/plugin/index.ts", "core/config/define.ts", "plugins/*/index.ts"];

/**
 * Makes the declarations that `dramabot plugin types` writes for an editor: a JSON object of path → text, with
 * everything that {@link ENTRIES} need, valibot's own, and what a test needs of Node.
 *
 * @param folder where the compiler may write.
 * @returns the file's path.
 */
export function makePluginTypes(folder: string): string {
  const out = join(folder, "types");
  const project = join(folder, "types.tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: out,
    rootDir: root,
    typeRoots: [join(root, "node_modules/@types")],
  };
  const files = globSync(ENTRIES, { cwd: root }).map((entry) => join(root, entry));
  writeFileSync(project, JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, files, include: [] }));
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--project", project], {
    stdio: "inherit",
  });
  const declarations = Object.fromEntries(
    globSync("**/*.d.ts", { cwd: out })
      .sort()
      .map((path) => [path.replaceAll("\\", "/"), readFileSync(join(out, path), "utf8")]),
  );
  declarations["valibot.d.ts"] = readFileSync(join(root, "node_modules/valibot/dist/index.d.mts"), "utf8");
  declarations["node-assert.d.ts"] = readFileSync(new URL("node-assert.d.ts", import.meta.url), "utf8");
  const file = join(folder, "plugin-types.json");
  writeFileSync(file, JSON.stringify(declarations));
  return file;
}
