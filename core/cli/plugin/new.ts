import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readEnvironment } from "../../config/environment.ts";
import { BotError } from "../../domain/errors.ts";
import { makeFolder } from "../../platform/make-folder.ts";
import { shownPath } from "../../platform/operators-files.ts";
import { readPackaged } from "../../platform/packaged.ts";
import { reasonOf } from "../../plugin/reason.ts";
import { pluginsFolder } from "../bot-config.ts";
import type { ConfigArguments } from "../config.ts";
import { takenName } from "./taken.ts";

/** The template's files, one of which is the plugin. */
const FILES = ["index.ts", "samples.ts", "index.test.ts", "README.md"] as const;

/** A plugin that is one file would have the same name. */
const FILE_ENDINGS = [".ts", ".mjs", ".js"];

/**
 * Writes a plugin that works: source, sample answers, a test and a README. Files that are there are never replaced, and
 * an id is refused with which the plugin could not start.
 *
 * @throws BotError `plugin.invalid` when the id is none, or it, its command or its folder is taken, or it cannot be written; `config.invalid`.
 */
export async function newPlugin(id: string, { config }: ConfigArguments = {}): Promise<void> {
  if (!/^[a-z][a-z0-9-]{1,31}$/.test(id))
    throw new BotError(
      "plugin.invalid",
      `"${id}" is no id for a plugin; wanted: 2–32 of a–z, 0–9 and -, a letter first.`,
    );
  const plugins = pluginsFolder(readEnvironment(process.cwd(), process.env));
  const folder = plugins === undefined ? resolve(id) : join(plugins.path, id);
  const shown = shownPath(folder);
  const there = [folder, ...(plugins ? FILE_ENDINGS.map((ending) => folder + ending) : [])].find(existsSync);
  if (there !== undefined)
    throw new BotError("plugin.invalid", `${shownPath(there)} is there already. Choose another id, or remove it.`);
  const command = commandOf(id);
  const taken = await takenName({ id, command }, { config });
  if (taken !== undefined)
    throw new BotError(
      "plugin.invalid",
      `A plugin "${id}" could not start: ${taken}. Choose another id, such as my-${id.slice(0, 29)}.`,
    );
  try {
    makeFolder(folder);
    for (const name of FILES) writeFileSync(join(folder, name), fill(templateOf(name), id), { flag: "wx" });
  } catch (error) {
    const another = `PLUGINS_DIR=<folder> dramabot plugin new ${id}`;
    const what = `${shown} cannot be written: ${reasonOf(error)}`;
    throw new BotError("plugin.invalid", `${what}. Another folder takes it: ${another}`, { cause: error });
  }
  const where =
    plugins === undefined ? "PLUGINS_DIR=. " : plugins.asked ? `PLUGINS_DIR=${shownPath(plugins.path)} ` : "";
  process.stdout.write(
    `${FILES.map((name) => join(shown, name)).join("\n")}
Try it:   dramabot plugin check ${shown}
See it:   ${where}dramabot playground    and type: /${command} harbour
`,
  );
}

function templateOf(name: (typeof FILES)[number]): string {
  const file = new URL(`../../../examples/template/${name}`, import.meta.url);
  return new TextDecoder().decode(readPackaged(file));
}

/** A source's command takes neither hyphens nor more than 16 characters. */
function commandOf(id: string): string {
  return id.replaceAll("-", "").slice(0, 16);
}

function fill(text: string, id: string): string {
  const name = id.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
  return text.replaceAll("my-plugin", id).replaceAll("myplugin", commandOf(id)).replaceAll("My plugin", name);
}
