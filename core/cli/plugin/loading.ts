import type { BotConfig, PluginChoice } from "../../config/define.ts";
import type { Environment } from "../../config/environment.ts";
import type { ProbeOutcome } from "../../plugin/loader/host.ts";
import type { LoadOptions } from "../../plugin/loader/load.ts";
import { versionInformation, versionLine } from "../version.ts";
import { createPluginHost } from "./host.ts";
import { openPluginMemory, type PluginMemory } from "./memory.ts";
import type { ProbeKind } from "./probe-end.ts";

/** What plugins and a `bot.config.ts` are loaded with. */
export interface Loading extends Required<LoadOptions> {
  readonly memory: PluginMemory;
  /** Loads a configuration in a process of its own. */
  tryConfiguration(file: string): Promise<ProbeOutcome>;
}

/**
 * Opens what the bot with this environment loads plugins with; what it learns is kept under its `DATA_DIR`.
 *
 * @param external gives the options of external plugins once they are known; they are tried with them.
 */
export function openLoading(
  { DATA_DIR = "./data" }: Environment,
  { builtIn, external }: { readonly builtIn: readonly PluginChoice[]; external(): BotConfig["external"] },
): Loading {
  const memory = openPluginMemory({ dataDir: DATA_DIR, program: versionLine(versionInformation()) });
  const host = createPluginHost(builtIn, memory);
  const probe = async (file: string, kind: ProbeKind) => {
    const { probeInChild } = await import("./probe.ts"); // what is known needs none
    return probeInChild(file, { host, kind, external: external() });
  };
  return {
    host,
    probe: (file) => probe(file, "plugin"),
    tryConfiguration: (file) => probe(file, "configuration"),
    memory,
  };
}
