import * as v from "valibot";
import { nearest } from "../domain/nearest.ts";
import { definitionProblems } from "../plugin/definition.ts";
import type { PluginEntry } from "../plugin/registry.ts";
import type { PluginChoice } from "./define.ts";
import type { Environment } from "./environment.ts";
import { isSecretName, maskSecret, maskUrls, oneLine, secretsOf, showValue } from "./mask.ts";

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

/** What is read while the configuration is checked, and what came of it. */
export interface ConfigurationReading {
  readonly environment: Environment;
  readonly problems: string[];
  readonly inForce: InForce[];
  readonly secrets: string[];
}

/**
 * Checks the plugins that were chosen, and their options. What a plugin's definition lacks is the registry's
 * matter: that plugin is left out, and the bot runs.
 *
 * @param overrides options that stand above all others, by plugin id.
 */
export function configurePlugins(
  choices: readonly PluginChoice[],
  reading: ConfigurationReading,
  overrides: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): readonly ConfiguredPlugin[] {
  const ids = new Set<string>();
  return choices.flatMap((choice) => {
    const { definition, from, files = [], problem } = choice;
    const { id } = definition;
    const external = from === undefined ? {} : { from, files };
    const leftOut = (why: string) => [{ definition, options: {}, operatorOrigins: [], ...external, problem: why }];
    if (problem !== undefined) return leftOut(problem);
    if (ids.has(id) && from !== undefined) {
      return leftOut(`${from}: there is a plugin "${id}" already. Give it another id, or take one of them away.`);
    }
    if (ids.has(id)) {
      reading.problems.push(`bot.config.ts: plugin "${oneLine(id)}" stands there twice; wanted: once`);
      return [];
    }
    ids.add(id);
    if (definitionProblems(definition).length > 0) return [{ definition, options: {}, operatorOrigins: [] }];
    if (from === undefined) return [configurePlugin(choice, reading, overrides[id] ?? {})];
    // What an external plugin's options lack leaves that plugin out, and the bot runs.
    const problems: string[] = [];
    const configured = configurePlugin(choice, { ...reading, problems }, overrides[id] ?? {});
    return problems.length > 0 ? leftOut(`${from}: ${problems.join("; ")}.`) : [{ ...configured, ...external }];
  });
}

function configurePlugin(
  { definition, options: chosen }: PluginChoice,
  { environment, problems, inForce, secrets }: ConfigurationReading,
  overrides: Readonly<Record<string, unknown>>,
): ConfiguredPlugin {
  const given: Record<string, unknown> = { ...chosen };
  const variableOf: Record<string, string> = {};
  for (const [option, names] of Object.entries(definition.env ?? {})) {
    const name = [names].flat().find((candidate) => environment[candidate] !== undefined);
    if (name !== undefined) {
      given[option] = environment[name];
      variableOf[option] = name;
    }
  }
  Object.assign(given, overrides);

  const nameOf = (option: string) => variableOf[option] ?? `${definition.id}.${option}`;
  const whereOf = (option: string) => variableOf[option] ?? `bot.config.ts: ${definition.id}.${oneLine(option)}`;
  const isSecret = (option: string) => isSecretName(option) || isSecretName(variableOf[option] ?? "");
  for (const [option, value] of Object.entries(given)) {
    if (typeof value !== "string") continue;
    secrets.push(...(isSecret(option) ? [value] : secretsOf(value)));
  }

  const schema: v.GenericSchema = definition.options ?? v.strictObject({});
  const parsed = v.safeParse(schema, given);
  if (!parsed.success) {
    // The schema names the first option that it does not know, and no other.
    const known = strictOptions(schema);
    const unknown = known ? Object.keys(given).filter((option) => !known.includes(option)) : [];
    for (const option of unknown)
      problems.push(`${whereOf(option)} is no option of this plugin; ${hint(option, known ?? [])}`);
    for (const [option, messages] of messagesByOption(parsed.issues)) {
      if (unknown.includes(option)) continue;
      const value = given[option];
      const told = typeof value === "string" && isSecret(option) ? hide(messages, value) : maskUrls(messages);
      const holds = value === undefined ? "is not set" : `holds ${showValue(value, isSecret(option))}`;
      problems.push(`${whereOf(option)} ${holds}; ${/^(?:must|may)\b/.test(told) ? "it" : "wanted:"} ${oneLine(told)}`);
    }
  }
  const options: unknown = parsed.success ? parsed.output : {};
  for (const [option, value] of Object.entries(options as Record<string, unknown>)) {
    const text = Array.isArray(value) ? value.join(",") : value;
    inForce.push({
      name: nameOf(option),
      value:
        typeof text === "string" && !isSecret(option) ? oneLine(maskUrls(text)) : showValue(text, isSecret(option)),
      from: variableOf[option] ? "environment" : option in chosen ? "bot.config.ts" : "default",
    });
  }
  const operatorOrigins = Object.values(given).flatMap((value) => {
    const origin = typeof value === "string" ? URL.parse(value) : null;
    return origin && /^https?:$/.test(origin.protocol) ? [origin.origin] : [];
  });
  return { definition, options, operatorOrigins: [...new Set(operatorOrigins)] };
}

/** One line for each option, however many rules it breaks. */
function messagesByOption(issues: readonly v.BaseIssue<unknown>[]): ReadonlyMap<string, string> {
  const found = new Map<string, Set<string>>();
  for (const { path, message } of issues) {
    const option = String(path?.[0]?.key ?? "options");
    found.set(option, (found.get(option) ?? new Set()).add(message));
  }
  return new Map([...found].map(([option, messages]) => [option, [...messages].join(", and ")]));
}

/** The options of a schema that takes no others. */
function strictOptions(schema: v.GenericSchema): readonly string[] | undefined {
  return schema.type === "strict_object" && "entries" in schema && typeof schema.entries === "object" && schema.entries
    ? Object.keys(schema.entries)
    : undefined;
}

function hint(option: string, known: readonly string[]): string {
  const near = nearest(option, known);
  return near ? `did you mean ${near}?` : `it takes ${known.join(", ") || "none"}`;
}

/** A schema's own messages may repeat what they were given. */
function hide(message: string, secret: string): string {
  return message.replaceAll(JSON.stringify(secret), "••••").replaceAll(secret, maskSecret(secret));
}
