import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { readEnvironment } from "../../config/environment.ts";
import { BotError } from "../../domain/errors.ts";
import { readPackaged } from "../../platform/packaged.ts";
import { pluginsFolder } from "../bot-config.ts";

/** The template's files, one of which is the plugin. */
const FILES = ["index.ts", "samples.ts", "index.test.ts", "README.md"] as const;

/**
 * Writes a plugin that works: source, sample answers, a test and a README. Files that are there are never replaced.
 *
 * @throws BotError `plugin.invalid` when the id is none, or the folder is there already.
 */
export function newPlugin(id: string): void {
  if (!/^[a-z][a-z0-9-]{1,31}$/.test(id))
    throw new BotError(
      "plugin.invalid",
      `"${id}" is no id for a plugin; wanted: 2–32 of a–z, 0–9 and -, a letter first.`,
    );
  const plugins = pluginsFolder(readEnvironment(process.cwd(), process.env));
  const folder = plugins === undefined ? resolve(id) : join(plugins.path, id);
  if (existsSync(folder))
    throw new BotError("plugin.invalid", `${folder} is there already. Choose another id, or remove it.`);
  mkdirSync(folder, { recursive: true });
  for (const name of FILES) {
    const text = new TextDecoder().decode(readPackaged(new URL(`../../../examples/template/${name}`, import.meta.url)));
    writeFileSync(join(folder, name), fill(text, id), { flag: "wx" });
  }
  const shown = relative(process.cwd(), folder) || folder;
  const where = plugins === undefined ? "PLUGINS_DIR=. " : plugins.asked ? `PLUGINS_DIR=${plugins.path} ` : "";
  process.stdout.write(
    `${FILES.map((name) => join(shown, name)).join("\n")}
Try it:   dramabot plugin check ${shown}
See it:   ${where}dramabot playground    and type: /${commandOf(id)} harbour
`,
  );
}

/** A source's command takes neither hyphens nor more than 16 characters. */
function commandOf(id: string): string {
  return id.replaceAll("-", "").slice(0, 16);
}

function fill(text: string, id: string): string {
  const name = id.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
  return text.replaceAll("my-plugin", id).replaceAll("myplugin", commandOf(id)).replaceAll("My plugin", name);
}
