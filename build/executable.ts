import sea from "@yao-pkg/pkg/lib-es5/sea.js";
import type { Target } from "./targets.ts";

export interface ExecutableOptions {
  readonly target: Target;
  /** The program's script. */
  readonly main: string;
  /** A Node binary, ready to take the program in. */
  readonly base: string;
  /** Files inside the executable: key → path. */
  readonly assets: Readonly<Record<string, string>>;
  readonly output: string;
  /** Whether Node adds a code cache of its own; only this machine's own kind of binary can make one. */
  readonly codeCache: boolean;
}

/** Flags the program runs with; whatever else stands in `NODE_OPTIONS` of the host stays out of it. */
const FLAGS = [
  "--no-deprecation",
  "--disable-warning=ExperimentalWarning",
  "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
];

/** Puts the program into a Node binary (Node's single executable applications). */
export async function makeExecutable(options: ExecutableOptions): Promise<void> {
  const { target, main, base, assets, output, codeCache } = options;
  // The part that makes single executables has no public name in its package, and is CommonJS.
  const { default: make } = sea;
  const major = target.base.version.split(".")[0];
  // Its types know fewer of Node's settings than it passes on.
  const seaConfig = {
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: codeCache,
    execArgv: FLAGS,
    execArgvExtension: "cli",
    assets: { ...assets },
  };
  await make(main, {
    nodePath: base,
    // This Node prepares the program for a base that does not run here: they are of one version.
    useLocalNode: true,
    targets: [{ nodeRange: `node${major}` as const, platform: target.platform, arch: target.arch, output }],
    seaConfig,
  });
}

// Run by the Node that makes a target, with the options as JSON in the only argument: build/main.ts wrote them.
if (import.meta.main) await makeExecutable(JSON.parse(process.argv[2] ?? "") as ExecutableOptions);
