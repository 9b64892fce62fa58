import * as v from "valibot";
import { nearest } from "../domain/nearest.ts";
import type { Environment } from "./environment.ts";
import type { ChosenConfig } from "./form.ts";
import { maskSecret, maskUrls, oneLine, secretsOf, showValue } from "./mask.ts";
import { type ConfigurationReading, type ConfiguredPlugin, configurePlugins, type InForce } from "./plugins.ts";
import { invalidConfiguration } from "./problems.ts";
import { ignored, type Variable, variables } from "./variables.ts";

export type { ConfiguredPlugin, InForce } from "./plugins.ts";

type Name = keyof typeof variables;
type Value<N extends Name> = v.InferOutput<(typeof variables)[N]["schema"]>;
type Optional<N extends Name> = (typeof variables)[N] extends { fallback: string } ? never : undefined;

/** The core's variables after validation. */
export type Settings = { readonly [N in Name]: Value<N> | Optional<N> };

export interface Configuration {
  readonly settings: Settings;
  readonly plugins: readonly ConfiguredPlugin[];
  readonly inForce: readonly InForce[];
  /** Lines for the operator about what was passed over, and about variables that are accepted and do nothing. */
  readonly notes: readonly string[];
  /** Values that must never be logged. */
  readonly secrets: readonly string[];
}

export interface ConfigurationRequest {
  readonly config: ChosenConfig;
  readonly environment: Environment;
  /** What was passed over when the environment was read; told with problems and notes. */
  readonly remarks?: readonly string[];
  /** Variables that must be set, e.g. for `run`. */
  readonly required?: readonly Name[];
  /** Options that stand above all others, by plugin id (the playground's samples). */
  readonly overrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Checks everything at once.
 *
 * @throws BotError `config.invalid`, whose message has one line for each problem: the variable's name,
 * what it holds (secrets masked), and what is wanted.
 */
export function loadConfiguration(request: ConfigurationRequest): Configuration {
  const { environment, required = [], remarks = [] } = request;
  const reading: ConfigurationReading = { environment, problems: [], inForce: [], secrets: [] };
  const { problems, inForce, secrets } = reading;
  const settings: Record<string, unknown> = {};

  for (const [name, variable] of Object.entries<Variable>(variables)) {
    const given = environment[name];
    const text = given ?? variable.fallback;
    if (given !== undefined) secrets.push(...(variable.secret ? [given] : []), ...secretsOf(given));
    if (text === undefined) {
      if (required.some((wanted) => wanted === name))
        problems.push(`${name} is not set${misspelt(name, environment)}; wanted: ${variable.wanted}`);
      inForce.push({ name, value: "", from: "unset" });
      continue;
    }
    const parsed = v.safeParse(variable.schema, text);
    if (parsed.success) settings[name] = parsed.output;
    else problems.push(`${name} holds ${showValue(text, variable.secret)}; wanted: ${variable.wanted}`);
    inForce.push({
      name,
      value: variable.secret ? maskSecret(text) : oneLine(maskUrls(text)),
      from: given === undefined ? "default" : "environment",
    });
  }

  problems.push(...(request.config.problems ?? []));
  const plugins = configurePlugins(request.config, reading, request.overrides);
  if (problems.length > 0) throw invalidConfiguration(problems, remarks);
  const ignoredNow = Object.entries(ignored).flatMap(([name, why]) =>
    environment[name] === undefined ? [] : [`${name} is ignored: ${why}.`],
  );
  // Each entry was parsed by the schema under the same name.
  return { settings: settings as Settings, plugins, inForce, notes: [...remarks, ...ignoredNow], secrets };
}

/** Names a variable that is set and was likely meant. */
function misspelt(name: string, environment: Environment): string {
  const others = Object.keys(environment).filter((other) => !(other in variables));
  const near = nearest(name, others);
  return near === undefined ? "" : ` (${oneLine(near)} is; did you mean that?)`;
}
