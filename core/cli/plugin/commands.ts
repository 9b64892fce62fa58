import type { Command } from "commander";

/** Adds `plugin` and what can be done with plugins. */
export function addPluginCommands(program: Command, examples: (...lines: readonly string[]) => string): void {
  const given = () => program.opts<{ config?: string }>();
  const plugin = program
    .command("plugin")
    .description("list, check and begin plugins")
    .addHelpText(
      "after",
      examples("dramabot plugin list", "dramabot plugin new tvmaze", "dramabot plugin check ./tvmaze"),
    );
  plugin
    .command("list")
    .description("show every plugin: where from, state, permissions, what it brings")
    .option("--json", "print it as JSON")
    .addHelpText("after", examples("dramabot plugin list", "PLUGINS_DIR=./my-plugins dramabot plugin list --json"))
    .action(async (options) => (await import("./list.ts")).listPlugins({ ...options, ...given() }));
  plugin
    .command("check")
    .description("load a plugin and try it against the rules, offline")
    .argument("<path>", "its file or folder")
    .addHelpText(
      "after",
      `
Asks nothing of the network: the plugin's own samples answer. Ends with status 0 when every rule is kept.
${examples("dramabot plugin check ./tvmaze", "dramabot plugin check plugins/tvmaze.ts")}`,
    )
    .action(async (path) => (await import("./check.ts")).checkPlugin(path, given()));
  plugin
    .command("new")
    .description("write a plugin that works, to begin with")
    .argument("<id>", "2–32 of a–z, 0–9 and -, a letter first")
    .addHelpText(
      "after",
      `
It is written into PLUGINS_DIR, or into a new folder here. An id is refused when it, or the command made of it, is taken.
${examples("dramabot plugin new tvmaze", "PLUGINS_DIR=./my-plugins dramabot plugin new tvmaze")}`,
    )
    .action(async (id) => (await import("./new.ts")).newPlugin(id, given()));
  plugin
    .command("enable")
    .description("start a plugin again that was switched off after repeated failures")
    .argument("<id>", "as plugin list shows it")
    .addHelpText(
      "after",
      `
A bot that runs with this DATA_DIR starts it on SIGHUP (systemctl reload dramabot), and at its next start.
${examples("dramabot plugin enable tvmaze")}`,
    )
    .action(async (id) => (await import("./enable.ts")).enablePlugin(id));
  plugin
    .command("types")
    .description("write what an editor needs to know the plugin API")
    .argument("[folder]", "where the plugins are (default: PLUGINS_DIR, or here)")
    .addHelpText("after", examples("dramabot plugin types", "dramabot plugin types ./plugins"))
    .action(async (folder) => (await import("./types.ts")).writeTypes(folder));
  plugin
    .command("probe", { hidden: true })
    .argument("<file>")
    .option("--configuration", "it is no plugin, but a bot.config.ts")
    .addHelpText("after", examples("dramabot plugin probe ./tvmaze.ts", "dramabot plugin probe ./tvmaze/index.ts"))
    .action(async (file, { configuration }) =>
      (await import("./probe.ts")).probePlugin(file, configuration ? "configuration" : "plugin"),
    );
}
