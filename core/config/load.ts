import * as v from "valibot";
import { BotError } from "../domain/errors.ts";
import type { PluginEntry } from "../plugin/registry.ts";
import type { BotConfig, PluginChoice } from "./define.ts";
import type { Environment } from "./environment.ts";
import { ignored, type Variable, variables } from "./variables.ts";

type Name = keyof typeof variables;
type Value<N extends Name> = v.InferOutput<(typeof variables)[N]["schema"]>;
type Optional<N extends Name> = (typeof variables)[N] extends { fallback: string } ? never : undefined;

/** The core's variables after validation. */
export type Settings = { readonly [N in Name]: Value<N> | Optional<N> };

/** A plugin with checked options and the origins that the operator set for it. */
export interface ConfiguredPlugin extends PluginEntry {
  /** Origins of URL options that were given rather than left at their defaults. */
  readonly operatorOrigins: readonly string[];
}

/** Where a value in force came from. */
export interface InForce {
  readonly name: string;
  /** Secrets are masked. */
  readonly value: string;
  readonly from: "environment" | "default" | "bot.config.ts" | "unset";
}

export interface Configuration {
  readonly settings: Settings;
  readonly plugins: readonly ConfiguredPlugin[];
  readonly inForce: readonly InForce[];
  /** Lines for the operator about variables that are accepted and do nothing. */
  readonly notes: readonly string[];
  /** Values that must never be logged. */
  readonly secrets: readonly string[];
}

export interface ConfigurationRequest {
  readonly config: BotConfig;
  readonly environment: Environment;
  /** Variables that must be set, e.g. for `run`. */
  readonly required?: readonly Name[];
  /** Options that stand above all others, by plugin id (the playground's samples). */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Shows enough of a secret to recognise it: how long it is, and a token's bot id. */
function mask(value: string): string {
  return `${/^\d+:/.exec(value)?.[0] ?? ""}•••• (${value.length} characters)`;
}

/**
 * Checks everything at once.
 *
 * @throws BotError `config.invalid`, whose message has one line for each problem: the variable's name,
 * what it holds (secrets masked), and what is wanted.
 */
export function loadConfiguration(request: ConfigurationRequest): Configuration {
  const { environment } = request;
  const problems: string[] = [];
  const inForce: InForce[] = [];
  const secrets: string[] = [];
  const settings: Record<string, unknown> = {};

  for (const [name, variable] of Object.entries<Variable>(variables)) {
    const given = environment[name];
    const text = given ?? variable.fallback;
    if (given !== undefined && variable.secret) secrets.push(given);
    if (text === undefined) {
      if (request.required?.some((wanted) => wanted === name))
        problems.push(`${name} is not set; wanted: ${variable.wanted}`);
      inForce.push({ name, value: "", from: "unset" });
      continue;
    }
    const parsed = v.safeParse(variable.schema, text);
    const shown = variable.secret ? mask(text) : text;
    if (parsed.success) settings[name] = parsed.output;
    else problems.push(`${name} holds ${variable.secret ? shown : JSON.stringify(text)}; wanted: ${variable.wanted}`);
    inForce.push({ name, value: shown, from: given === undefined ? "default" : "environment" });
  }

  const plugins = request.config.plugins.map((choice) => {
    const overrides = request.overrides?.[choice.definition.id] ?? {};
    return configurePlugin(choice, { environment, overrides, problems, inForce });
  });

  if (problems.length > 0) {
    throw new BotError(
      "config.invalid",
      `The configuration has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${problems.map((line) => `  ${line}`).join("\n")}`,
    );
  }
  const notes = Object.entries(ignored).flatMap(([name, why]) =>
    environment[name] === undefined ? [] : [`${name} is ignored: ${why}.`],
  );
  // Each entry was parsed by the schema under the same name.
  return { settings: settings as Settings, plugins, inForce, notes, secrets };
}

interface PluginReading {
  readonly environment: Environment;
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly problems: string[];
  readonly inForce: InForce[];
}

function configurePlugin(choice: PluginChoice, reading: PluginReading): ConfiguredPlugin {
  const { definition } = choice;
  const given: Record<string, unknown> = { ...choice.options };
  const variableOf: Record<string, string> = {};
  for (const [option, names] of Object.entries(definition.env ?? {})) {
    const name = [names].flat().find((candidate) => reading.environment[candidate] !== undefined);
    if (name !== undefined) {
      given[option] = reading.environment[name];
      variableOf[option] = name;
    }
  }
  Object.assign(given, reading.overrides);

  const schema: v.GenericSchema = definition.options ?? v.strictObject({});
  const parsed = v.safeParse(schema, given);
  if (!parsed.success) {
    for (const issue of parsed.issues) {
      const option = String(issue.path?.[0]?.key ?? "options");
      const where = variableOf[option] ?? `bot.config.ts: ${definition.id}.${option}`;
      reading.problems.push(`${where} holds ${JSON.stringify(given[option])}; wanted: ${issue.message}`);
    }
  }
  const options: unknown = parsed.success ? parsed.output : {};
  for (const [option, value] of Object.entries(options as Record<string, unknown>)) {
    reading.inForce.push({
      name: variableOf[option] ?? `${definition.id}.${option}`,
      value: Array.isArray(value) ? value.join(",") : String(value),
      from: variableOf[option] ? "environment" : option in choice.options ? "bot.config.ts" : "default",
    });
  }
  const operatorOrigins = Object.values(given).flatMap((value) => {
    const origin = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
    return origin && /^https?:$/.test(origin.protocol) ? [origin.origin] : [];
  });
  return { definition, options, operatorOrigins: [...new Set(operatorOrigins)] };
}
