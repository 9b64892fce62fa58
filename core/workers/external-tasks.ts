import * as valibot from "valibot";
import { brokenLine, importModule, shareModules } from "../platform/import-module.ts";
import { fileObstacle } from "../platform/obstacle.ts";
import { readText, shownPath } from "../platform/operators-files.ts";
import * as api from "../plugin/index.ts";
import { explainFailure, line } from "../plugin/loader/explain.ts";
import { readTexts, type SharedTexts } from "./shared-texts.ts";

const host = { brokenLine, read: readText, shown: shownPath };

/**
 * Loads a task module that does not come with the program: what plugins import by name, it may import too. The thread
 * has a copy of that, one for all such modules; threads that only run the program's own tasks never load this file.
 *
 * @param texts what is known of its files; without them the thread takes types out itself, which costs it 15 MB.
 * @throws an error that says in one line what is wrong, with file and line, and what to do.
 */
export async function importTasks(file: string, texts?: SharedTexts): Promise<Readonly<Record<string, unknown>>> {
  const obstacle = fileObstacle(file);
  if (obstacle !== undefined) throw new Error(line(host, { file }, obstacle.what, obstacle.todo));
  shareModules({ "dramabot/plugin": api, valibot });
  const { outcome, files } = await importModule(file, texts && { stripped: readTexts(texts) });
  if ("namespace" in outcome) return outcome.namespace;
  throw new Error(explainFailure(outcome.error, file, { files, host }), { cause: outcome.error });
}
