import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundle.ts";
import type { Target } from "./targets.ts";

/**
 * The Node binary that a target's executable is made of: the one that `npm ci` brought, or one fetched from npm into
 * `dist/bases` for another platform.
 */
export function baseOf({ base, os, arch }: Target): string {
  const own = join(root, "node_modules", base.package, base.file);
  if (existsSync(own)) return own;
  const folder = join(root, "dist", "bases", base.package);
  const fetched = join(folder, "node_modules", base.package, base.file);
  if (existsSync(fetched)) return fetched;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}\n");
  const wanted = [
    `${base.package}@${base.version}`,
    "--no-save",
    "--force",
    "--ignore-scripts",
    `--os=${os}`,
    `--cpu=${arch}`,
  ];
  execFileSync("npm", ["install", ...wanted], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return fetched;
}

/** Programs that can take the symbols out of a binary, likeliest first. */
function strippers({ platform, arch }: Target): readonly string[] {
  if (platform !== "linux") return [];
  return arch === "arm64" ? ["aarch64-linux-gnu-strip", "llvm-strip"] : ["strip", "llvm-strip"];
}

/**
 * Copies a base and takes its symbols out, which makes it a quarter smaller. It has to be done before anything is put
 * into it: afterwards it breaks.
 *
 * @returns whether its symbols were taken out; on a machine without such a program it stays large, and works.
 */
export function prepareBase(target: Target, to: string): boolean {
  copyFileSync(baseOf(target), to);
  chmodSync(to, 0o755);
  for (const program of strippers(target)) {
    try {
      execFileSync(program, [to], { stdio: "ignore" });
      return true;
    } catch {
      // Not installed, or made for another processor: the next one may do.
    }
  }
  return false;
}
