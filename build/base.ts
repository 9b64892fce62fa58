import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundle.ts";
import { nativeTarget, type Target } from "./targets.ts";

/**
 * The Node binary that a target's executable is made of: the one that `npm ci` brought, or one fetched from npm into
 * `dist/bases` for another platform.
 */
export function baseOf({ base, os, arch }: Pick<Target, "base" | "os" | "arch">): string {
  const own = join(root, "node_modules", base.package);
  if (existsSync(join(own, base.file)) && versionOf(own) === base.version) return join(own, base.file);
  const folder = join(root, "dist", "bases", `${base.package}-${base.version}`);
  const fetched = join(folder, "node_modules", base.package, base.file);
  if (existsSync(fetched)) return fetched;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}\n");
  const wanted = [
    `${base.package}@${base.version}`,
    "--no-save",
    "--force",
    "--ignore-scripts",
    "--loglevel=error",
    `--os=${os}`,
    `--cpu=${arch}`,
  ];
  execFileSync("npm", ["install", ...wanted], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return fetched;
}

/**
 * The Node of this machine that puts the program into a target's base. It has to be of the base's own version: a
 * program that another one prepared ends the executable as it starts.
 *
 * @throws an error that says what to do when this machine has no such Node, or it does not start.
 */
export function makerOf({ name, base: { version } }: Target): string {
  const native = nativeTarget();
  if (native === undefined) throw new Error(`${name} cannot be built here: use Linux, Windows or macOS.`);
  const node = baseOf({ ...native, base: { ...native.base, version } });
  try {
    execFileSync(node, ["--version"], { stdio: ["ignore", "ignore", "pipe"] });
  } catch (cause) {
    const hint = process.platform === "linux" ? ` It needs libatomic: apt-get install -y libatomic1.` : "";
    throw new Error(`${name} is made with Node ${version}, which does not start here.${hint}`, { cause });
  }
  return node;
}

function versionOf(folder: string): unknown {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return typeof manifest === "object" && manifest && "version" in manifest ? manifest.version : undefined;
}

/** Programs that can take the symbols out of a binary, likeliest first. */
function strippers({ platform, arch }: Target): readonly string[] {
  if (platform !== "linux") return [];
  return arch === "arm64" ? ["aarch64-linux-gnu-strip", "llvm-strip", "strip"] : ["strip", "llvm-strip"];
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
