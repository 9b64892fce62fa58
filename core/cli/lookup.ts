import { existsSync } from "node:fs";
import botConfig from "../../bot.config.ts";
import { createApp } from "../app.ts";
import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration } from "../config/load.ts";
import { visibleText } from "../domain/caption.ts";
import { defaultCaption } from "../domain/card.ts";
import { BotError } from "../domain/errors.ts";
import type { Source } from "../plugin/source.ts";
import { newCorrelationId, withCorrelation } from "../telemetry/correlation.ts";
import { createLog } from "../telemetry/log.ts";
import { versionInformation } from "./version.ts";

export interface LookupArguments {
  /** A source's command, e.g. `mdl`. */
  readonly source: string;
  /** What to search for, or a link or id. */
  readonly query: string;
  readonly json?: boolean;
}

/**
 * Looks a title up without Telegram and prints the result, and nothing else, on stdout.
 *
 * @throws BotError `lookup.no_such_source` and whatever the source throws.
 */
export async function lookup({ source: command, query, json = false }: LookupArguments): Promise<void> {
  const configuration = loadConfiguration({
    config: botConfig,
    environment: readEnvironment(process.cwd(), process.env),
  });
  const { settings } = configuration;
  const log = createLog({
    destination: "stderr",
    format: settings.LOG_FORMAT === "json" ? "json" : "pretty",
    level: "warn",
  });
  const dataDir = existsSync(settings.DATA_DIR) ? { dataDir: settings.DATA_DIR } : {};
  const app = await createApp({ configuration, log, version: versionInformation().version, ...dataDir });
  try {
    const sources = app.registry.items("sources");
    const source: Source | undefined = sources.find((candidate) => candidate.command === command);
    if (!source) {
      const known = sources.map((candidate) => candidate.command).join(", ") || "none";
      throw new BotError("lookup.no_such_source", `There is no source "${command}". Sources: ${known}.`);
    }
    const signal = AbortSignal.timeout(settings.HTTP_TIMEOUT * 1000);
    const output = await withCorrelation({ correlationId: newCorrelationId() }, async () => {
      const id = idOf(source, query);
      return id === undefined ? search(source, query) : details(source, id);
    });
    if (output === undefined) {
      process.stderr.write(
        `${source.name} knows nothing like that. Try: dramabot lookup ${command} ${source.example}\n`,
      );
      process.exitCode = 1;
    } else process.stdout.write(`${output}\n`);

    async function search(from: Source, text: string): Promise<string | undefined> {
      const { record: hits } = await app.lookup.search(from, text, signal);
      if (json) return JSON.stringify(hits, undefined, 2);
      return hits.length === 0
        ? undefined
        : hits.map((hit) => `${hit.id}\t${hit.title}${hit.year ? ` (${hit.year})` : ""}\t${hit.url}`).join("\n");
    }

    async function details(from: Source, id: string): Promise<string | undefined> {
      const answer = await app.lookup.details(from, id, signal);
      if (answer === undefined) return undefined;
      if (json) return JSON.stringify(answer.record, undefined, 2);
      return visibleText(defaultCaption(from, answer.record));
    }
  } finally {
    await app.dispose();
  }
}

/** The id that a link or a bare id stands for; `undefined` for a query. */
function idOf(source: Source, text: string): string | undefined {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) {
    const match = source.matchUrl(new URL(text));
    if (match?.kind === "title") return match.id;
    throw new BotError("lookup.wrong_link", `That link leads to no title of ${source.name}.`);
  }
  return source.matchId?.(text);
}
