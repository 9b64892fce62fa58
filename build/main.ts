import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { baseOf, makerOf, prepareBase } from "./base.ts";
import { billOfMaterials } from "./bill-of-materials.ts";
import { readBinaryFormat } from "./binary-format.ts";
import { bundle, EXTERNAL_TASKS, root } from "./bundle.ts";
import { makeCodeCache } from "./code-cache.ts";
import type { ExecutableOptions } from "./executable.ts";
import { CODE_CACHE, launcher, PROGRAM } from "./launcher.ts";
import { thirdPartyNotices } from "./notices.ts";
import { readNode, readPackages } from "./packages.ts";
import { makePluginTypes } from "./plugin-types.ts";
import { nativeTarget, type Target, targets } from "./targets.ts";

const { values } = parseArgs({ options: { target: { type: "string", multiple: true } } });
const native = nativeTarget();
const names = values.target ?? (native ? [native.name] : []);
const chosen = names.flatMap((name) => (name === "all" ? targets : targets.filter((target) => target.name === name)));
if (chosen.length === 0 || chosen.length < names.length) {
  process.stderr.write(`--target takes ${targets.map(({ name }) => name).join(", ")} or all.\n`);
  process.exit(2);
}

const dist = join(root, "dist");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

/** The commit, as far as there is one: a source archive has none. */
function commit(): string {
  const git = (...words: string[]) =>
    execFileSync("git", words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return git("rev-parse", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "-dirty");
  } catch {
    return "unknown";
  }
}

/** Files that go into the executable as they are, by their key. */
function files(...patterns: string[]): Record<string, string> {
  const paths = patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
  return Object.fromEntries(paths.map((path) => [path.replaceAll("\\", "/"), join(root, path)]));
}

async function make(target: Target): Promise<void> {
  const name = `dramabot-${version}-${target.name}`;
  const work = join(dist, "work", target.name);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const made = await bundle({ folder: work, information: { commit: commit(), target: target.name } });
  const nodes = [baseOf(target), makerOf(target)].map((file) => join(file, "../.."));
  const node = readNode(nodes, target.base.version);
  const packages = [node, ...readPackages(made.packages)];
  const notices = join(dist, `${name}.licenses.txt`);
  writeFileSync(notices, thirdPartyNotices(packages));
  writeFileSync(join(dist, `${name}.cdx.json`), billOfMaterials({ version, packages }));
  const base = join(work, "node");
  const small = prepareBase(target, base);
  const output = join(dist, `${name}${target.ending}`);
  const assets: Record<string, string> = {
    ...files("core/playground/page/*", "examples/template/*", "package.json"),
    "plugin-types.json": makePluginTypes(work),
    "THIRD-PARTY-NOTICES.txt": notices,
    [PROGRAM]: made.main,
    "dramabot.cjs.map": made.sourceMap,
    "worker.cjs": made.worker,
    [EXTERNAL_TASKS]: made.externalTasks,
  };
  const put = (options: Pick<ExecutableOptions, "main" | "assets" | "output">) => {
    const whole: ExecutableOptions = { target, base, codeCache: false, ...options };
    execFileSync(makerOf(target), [join(root, "build/executable.ts"), JSON.stringify(whole)], {
      stdio: ["ignore", "inherit", "inherit"],
    });
  };
  if (target === native) {
    const recording = join(work, `recorder${target.ending}`);
    assets[CODE_CACHE] = await makeCodeCache({
      folder: work,
      executable: recording,
      make: (main) => put({ main, assets, output: recording }),
    });
  }
  const main = join(work, "launcher.cjs");
  writeFileSync(main, launcher);
  const whole = join(work, `whole${target.ending}`);
  put({ main, assets, output: whole });
  // A file that was written in one piece lies in the system's cache in large pages, of which a process that runs it
  // maps, and is counted, up to 20 MB more than of a copy, such as every operator has.
  copyFileSync(whole, output);
  rmSync(whole);
  checkFormat(target, output);
  const mebibytes = (bytes: number) => (bytes / 1_048_576).toFixed(1);
  process.stdout.write(
    `${name}${target.ending}: ${mebibytes(statSync(output).size)} MiB, Node ${target.base.version}, bundle ${made.hash}${small ? "" : " (symbols left in: no strip for this target here)"}\n`,
  );
  for (const [of, bytes] of [...made.sizes].sort((a, b) => b[1] - a[1]).slice(0, 8)) {
    process.stdout.write(`  ${String(Math.round(bytes / 1024)).padStart(5)} kB ${of || "dramabot's own"}\n`);
  }
}

/** What a binary's headers call a platform. */
const formats = { linux: "ELF", macos: "Mach-O", win: "PE" } as const;

/** Most targets cannot be run where they are built; their headers can be read. @throws when they are not as they should be. */
function checkFormat({ name, platform, arch }: Target, file: string): void {
  const { format, machine, program, fused } = readBinaryFormat(readFileSync(file));
  if (format === formats[platform] && machine === arch && program !== undefined && fused) return;
  throw new Error(
    `${name} is not as it should be: ${format} for ${machine ?? "another processor"}, ${program === undefined ? "without" : "with"} the program, its fuse ${fused ? "set" : "not set"}.`,
  );
}

/** Checksums of everything that is handed out, as `sha256sum --check` reads them. */
function writeChecksums(): void {
  const lines = globSync(`dramabot-${version}-*`, { cwd: dist })
    .sort()
    .map(
      (name) =>
        `${createHash("sha256")
          .update(readFileSync(join(dist, name)))
          .digest("hex")}  ${name}\n`,
    );
  writeFileSync(join(dist, "SHA256SUMS"), lines.join(""));
}

for (const target of chosen) await make(target);
writeChecksums();
