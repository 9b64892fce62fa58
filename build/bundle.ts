import { createHash } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildResult, build, type Plugin } from "esbuild";
import { markMappings } from "../core/platform/source-map.ts";
import { lean } from "./lean.ts";

/** The project's folder, with a separator at its end. */
export const root: string = fileURLToPath(new URL("../", import.meta.url));

export interface BundleOptions {
  /** Where the bundles are written. */
  readonly folder: string;
  /** What `version` says of the build; a part of the bundle. */
  readonly information: { readonly commit: string; readonly target: string };
}

/** The program as scripts: the main thread's, the workers', and what a worker adds to load task modules from files. */
export interface Bundle {
  readonly main: string;
  readonly sourceMap: string;
  readonly worker: string;
  readonly externalTasks: string;
  /** SHA-256 of the scripts: the same commit gives the same. */
  readonly hash: string;
  /** Bytes in the bundles by package; the project's own stand under "". */
  readonly sizes: ReadonlyMap<string, number>;
  /** Folders of the packages in the bundles, by their names. */
  readonly packages: ReadonlyMap<string, string>;
}

/** The URL that a module has inside the executable. */
const urlOf = (path: string) => `dramabot:///${relative(root, path).replaceAll("\\", "/")}`;

/**
 * A CommonJS script has no `import.meta.url`; each module keeps a URL of its own, by which its files are found. Signs
 * beyond ASCII are escaped here because esbuild leaves those of regular expressions as they are.
 */
const ownModules: Plugin = {
  name: "own-modules",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](?:core|plugins)[\\/].*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const contents = text
        .replaceAll("import.meta.url", JSON.stringify(urlOf(path)))
        .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
      return { contents, loader: "ts" };
    });
  },
};

/** tinypool starts its workers from a file beside it; inside the executable they start from a script in it. */
const packagedWorker: Plugin = {
  name: "packaged-worker",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]tinypool[\\/]dist[\\/]index\.js$/ }, ({ path }) => {
      const before = 'new Worker(fileURLToPath(import.meta.url + "/../entry/worker.js"), options)';
      const after =
        'new Worker(process.getBuiltinModule("node:sea").getAsset("worker.cjs", "utf8"), { ...options, eval: true })';
      const text = readFileSync(path, "utf8");
      if (!text.includes(before))
        throw new Error("tinypool starts its workers in another way now: see build/bundle.ts.");
      return { contents: text.replace(before, after), loader: "js" };
    });
  },
};

/**
 * After each job tinypool's worker asks for the memory in use, which nobody here reads; the system's part of the answer
 * stands in /proc, and without that the question throws.
 */
const unweighed: Plugin = {
  name: "unweighed",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]tinypool[\\/]dist[\\/]entry[\\/]worker\.js$/ }, ({ path }) => {
      const before = "process.memoryUsage.bind(process)";
      const text = readFileSync(path, "utf8");
      if (!text.includes(before))
        throw new Error("tinypool weighs its workers in another way now: see build/bundle.ts.");
      return { contents: text.replace(before, "() => ({ heapUsed: 0 })"), loader: "js" };
    });
  },
};

/** The executable's file with what a worker needs to load task modules from files. */
export const EXTERNAL_TASKS = "external-tasks.cjs";

/** Leaves out of the workers' script what only plugins from files need: a worker reads it from the executable then. */
const packagedExternalTasks: Plugin = {
  name: "packaged-external-tasks",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]core[\\/]workers[\\/]external-tasks\.ts$/ }, () => ({
      contents: `
        const { getRawAsset } = process.getBuiltinModule("node:sea");
        const { Script } = process.getBuiltinModule("node:vm");
        const text = Buffer.from(getRawAsset("${EXTERNAL_TASKS}")).latin1Slice();
        const own = { exports: {} };
        new Script(text, { filename: "${EXTERNAL_TASKS}" }).runInThisContext()(own.exports, require, own);
        export const { importTasks } = own.exports;`,
      loader: "js",
    }));
  },
};

/** What the launcher and workers call: as a file of its own a script would have these names from Node. */
const callable = { banner: { js: "(function (exports, require, module) {" }, footer: { js: "})" } } as const;

/** The workers' script: tinypool's entry, with the parsing tasks of the built-in plugins. */
function workerSource(): string {
  const modules = globSync("plugins/*/tasks.ts", { cwd: root })
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
  const imports = modules.map((path, index) => `import * as tasks${index} from "./${path}";`);
  const entries = modules.map((path, index) => `${JSON.stringify(urlOf(join(root, path)))}: tasks${index}`);
  return `import run from "./core/workers/entry.ts";
${imports.join("\n")}
globalThis[Symbol.for("dramabot.worker")] = run;
globalThis[Symbol.for("dramabot.tasks")] = { ${entries.join(", ")} };
import "./node_modules/tinypool/dist/entry/worker.js";
`;
}

/** Bundles the program. @throws esbuild's error when it cannot be. */
export async function bundle({ folder, information }: BundleOptions): Promise<Bundle> {
  const common = {
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    charset: "ascii",
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    legalComments: "none",
    logLevel: "warning",
    absWorkingDir: root,
    metafile: true,
    define: { DRAMABOT_BUILD: JSON.stringify(information) },
  } as const;
  const main = join(folder, "dramabot.cjs");
  const worker = join(folder, "worker.cjs");
  const externalTasks = join(folder, EXTERNAL_TASKS);
  const results = [
    await build({
      ...common,
      entryPoints: ["core/main.ts"],
      outfile: main,
      sourcemap: "external",
      sourcesContent: false,
      ...callable,
      plugins: [ownModules, packagedWorker, lean],
    }),
    await build({
      ...common,
      stdin: { contents: workerSource(), resolveDir: root, loader: "ts" },
      outfile: worker,
      plugins: [packagedExternalTasks, ownModules, unweighed],
    }),
    await build({
      ...common,
      entryPoints: ["core/workers/external-tasks.ts"],
      outfile: externalTasks,
      ...callable,
      plugins: [ownModules],
    }),
  ];
  for (const script of [main, worker, externalTasks]) {
    // The launcher takes every byte for a character, which keeps the program at half the memory.
    const at = readFileSync(script, "latin1").search(/[^\0-\x7f]/);
    if (at >= 0) throw new Error(`${script} is not all ASCII, first at byte ${at}: see ownModules in build/bundle.ts.`);
  }
  nameSources(`${main}.map`);
  const hash = createHash("sha256");
  for (const script of [main, worker, externalTasks]) hash.update(readFileSync(script));
  return { main, sourceMap: `${main}.map`, worker, externalTasks, hash: hash.digest("hex"), ...weigh(results) };
}

/** Names a map's sources from the project's folder on, wherever the map stands, and marks lines; names of variables are left out. */
function nameSources(file: string): void {
  const map = JSON.parse(readFileSync(file, "utf8")) as { sources: string[]; mappings: string };
  const sources = map.sources.map((source) => relative(root, resolve(dirname(file), source)).replaceAll("\\", "/"));
  writeFileSync(
    file,
    JSON.stringify({ version: 3, sources, names: [], mappings: map.mappings, marks: markMappings(map.mappings) }),
  );
}

function weigh(results: readonly BuildResult<{ metafile: true }>[]): Pick<Bundle, "sizes" | "packages"> {
  const sizes = new Map<string, number>();
  const packages = new Map<string, string>();
  for (const { metafile } of results) {
    for (const [file, output] of Object.entries(metafile.outputs)) {
      if (file.endsWith(".map")) continue;
      for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
        const [folder = "", name = ""] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
        if (name !== "") packages.set(name, folder);
        sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
      }
    }
  }
  return { sizes, packages };
}
