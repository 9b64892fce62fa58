import * as v from "valibot";
import { definitionProblems } from "../plugin/definition.ts";
import type { PluginEntry } from "../plugin/entry.ts";
import { reasonOf } from "../plugin/reason.ts";
import type { PluginChoice } from "./define.ts";
import type { Environment } from "./environment.ts";
import type { ChosenConfig } from "./form.ts";
import { isSecretName, maskUrls, oneLine, secretsOf, showValue } from "./mask.ts";
import { optionProblems } from "./option-problems.ts";

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
 * @param overrides options that stand above all others, by plugin id: those that its samples give.
 */
export function configurePlugins(
  { plugins: choices, place = "bot.config.ts" }: ChosenConfig,
  reading: ConfigurationReading,
  overrides: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): readonly ConfiguredPlugin[] {
  const ids = new Set<string>();
  return choices.flatMap((choice): readonly ConfiguredPlugin[] => {
    const { definition, from, files = [], setupLine, idLine, stripped, problem } = choice;
    const { id } = definition;
    const known = {
      ...(choice.heldBack ? { heldBack: true } : {}),
      ...(setupLine === undefined ? {} : { setupLine }),
      ...(stripped === undefined ? {} : { stripped }),
    };
    const external = from === undefined ? {} : { from, files, ...known };
    const leftOut = (why: string) => [{ definition, options: {}, operatorOrigins: [], ...external, problem: why }];
    if (problem !== undefined) return leftOut(problem);
    if (ids.has(id) && from !== undefined) {
      const place = idLine === undefined ? from : `${from}:${idLine}`;
      return leftOut(`${place}: there is a plugin "${id}" already. Give it another id, or take one of them away.`);
    }
    if (ids.has(id)) {
      reading.problems.push(`${place}: plugin "${oneLine(id)}" stands there twice; wanted: once`);
      return [];
    }
    ids.add(id);
    if (definitionProblems(definition).length > 0) return [{ definition, options: {}, operatorOrigins: [] }];
    const given = { overrides: overrides[id] ?? {}, place };
    if (from === undefined) return [configurePlugin(choice, reading, given)];
    // What an external plugin's options lack leaves that plugin out, and the bot runs.
    const problems: string[] = [];
    try {
      const configured = configurePlugin(choice, { ...reading, problems }, given);
      return problems.length > 0 ? leftOut(`${from}: ${problems.join("; ")}.`) : [{ ...configured, ...external }];
    } catch (error) {
      // A schema may hold the plugin's own code.
      const what = `its options could not be checked, for its schema threw: ${oneLine(reasonOf(error))}`;
      return leftOut(`${from}: ${what.replace(/[.\s]+$/, "")}. Mend it, or ask the plugin's author.`);
    }
  });
}

interface Given {
  /** Options that stand above all others, which its samples give. */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** How messages name the `bot.config.ts`. */
  readonly place: string;
}

function configurePlugin(
  { definition, options: chosen, from }: PluginChoice,
  { environment, problems, inForce, secrets }: ConfigurationReading,
  { overrides, place }: Given,
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
  const isSecret = (option: string) => isSecretName(option) || isSecretName(variableOf[option] ?? "");
  for (const [option, value] of Object.entries(given)) {
    if (typeof value !== "string") continue;
    secrets.push(...(isSecret(option) ? [value] : secretsOf(value)));
  }

  const schema: v.GenericSchema = definition.options ?? v.strictObject({});
  const parsed = v.safeParse(schema, given);
  if (!parsed.success) {
    const external = from !== undefined;
    const { issues } = parsed;
    const misfit = { definition, schema, issues, given, variableOf, sampled: overrides, isSecret, place, external };
    problems.push(...optionProblems(misfit));
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
