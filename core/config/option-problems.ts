import * as v from "valibot";
import { nearest } from "../domain/nearest.ts";
import type { AnyPlugin } from "../plugin/define.ts";
import { maskSecret, maskUrls, oneLine, showValue } from "./mask.ts";

/** Options that do not fit their plugin's schema. */
export interface MisfitOptions {
  readonly definition: AnyPlugin;
  readonly schema: v.GenericSchema;
  readonly issues: readonly v.BaseIssue<unknown>[];
  readonly given: Readonly<Record<string, unknown>>;
  /** Environment variables that gave an option, by option. */
  readonly variableOf: Readonly<Record<string, string>>;
  /** Options that the plugin's own samples gave, above all others. */
  readonly sampled: Readonly<Record<string, unknown>>;
  isSecret(option: string): boolean;
  /** How messages name the `bot.config.ts`, or where one would have to stand. */
  readonly place: string;
  /** Whether the plugin is one of the plugins folder. */
  readonly external: boolean;
}

/**
 * Says what is wrong, and what is wanted.
 *
 * @returns one text for each option; of an external plugin one for all, for that plugin alone is left out.
 */
export function optionProblems(options: MisfitOptions): readonly string[] {
  const { definition, schema, issues, given, variableOf, sampled, isSecret, place, external } = options;
  const { id } = definition;
  const whereOf = (option: string) => {
    const path = `${id}.${oneLine(option)}`;
    if (Object.hasOwn(sampled, option))
      return `${external ? "" : `${id}: `}the option ${oneLine(option)} that its own samples give`;
    return variableOf[option] ?? (external ? `external.${path} in ${place}` : `${place}: ${path}`);
  };
  // The schema names the first option that it does not know, and no other.
  const known = entriesOf(schema);
  const unknown = known && schema.type === "strict_object" ? Object.keys(given).filter((key) => !(key in known)) : [];
  const problems = unknown.map((key) => {
    return `${whereOf(key)} is no option of this plugin; ${hint(key, Object.keys(known ?? {}))}`;
  });
  const missing: string[] = [];
  for (const [option, messages] of messagesByOption(issues)) {
    if (option === undefined) {
      problems.push(`${external ? "its" : `${place}: ${id}'s`} options do not fit together; ${wanted(messages)}`);
    } else if (given[option] === undefined) {
      missing.push(option);
      const where = external ? `its option ${oneLine(option)}` : whereOf(option);
      const variable = external ? undefined : variableFor(definition, option);
      const neither = variable === undefined ? "" : `, and neither is ${variable}`;
      problems.push(`${where} is not set${neither}; ${wanted(expectation(known?.[option]) ?? messages)}`);
    } else if (!unknown.includes(option)) {
      const value = given[option];
      const told = typeof value === "string" && isSecret(option) ? hide(messages, value) : maskUrls(messages);
      problems.push(`${whereOf(option)} holds ${showValue(value, isSecret(option))}; ${wanted(told)}`);
    }
  }
  if (!external) return problems;
  const todo = missing.length === 0 ? "" : `. ${howToGive(definition, missing, place)}`;
  return [`${problems.join("; ")}${todo}`];
}

/** One text for each option, however many rules it breaks; `undefined` stands for all together. */
function messagesByOption(issues: readonly v.BaseIssue<unknown>[]): ReadonlyMap<string | undefined, string> {
  const found = new Map<string | undefined, Set<string>>();
  for (const { path, message } of issues) {
    const key = path?.[0]?.key;
    const option = key === undefined ? undefined : String(key);
    found.set(option, (found.get(option) ?? new Set()).add(message));
  }
  return new Map([...found].map(([option, messages]) => [option, [...messages].join(", and ")]));
}

function wanted(told: string): string {
  return `${/^(?:must|may)\b/.test(told) ? "it" : "wanted:"} ${oneLine(told)}`;
}

/** The schemas of an object's options by name. */
function entriesOf(schema: v.GenericSchema): Readonly<Record<string, unknown>> | undefined {
  const { entries } = schema as { readonly entries?: unknown }; // objects have them
  return typeof entries === "object" && entries !== null ? (entries as Readonly<Record<string, unknown>>) : undefined;
}

/** What an option's own schema says of nothing: that of the whole says only that there is nothing. */
function expectation(schema: unknown): string | undefined {
  if (typeof schema !== "object" || schema === null || !("~run" in schema)) return undefined;
  try {
    const [first] = v.safeParse(schema as v.GenericSchema, undefined).issues ?? []; // as `~run` tells
    return first && (/^Invalid type: /.test(first.message) ? (first.expected ?? undefined) : first.message);
  } catch {
    return undefined; // it holds code that was not made for nothing
  }
}

/** Says where an external plugin's options are set. */
function howToGive(definition: AnyPlugin, missing: readonly string[], place: string): string {
  const variables = missing.flatMap((option) => variableFor(definition, option) ?? []);
  const others = missing.filter((option) => variableFor(definition, option) === undefined);
  const options = (others.length === 0 ? missing : others).map((option) => `${key(option)}: …`).join(", ");
  const write = `rite external: { ${key(definition.id)}: { ${options} } } into ${place}`;
  if (variables.length === 0) return `W${write}`;
  return `Set ${variables.join(" and ")}, ${others.length === 0 ? "or" : "and"} w${write}`;
}

/** The variable that sets an option, by its newest name. */
function variableFor({ env = {} }: AnyPlugin, option: string): string | undefined {
  return [env[option] ?? []].flat()[0];
}

/** A name as a key of an object. */
function key(name: string): string {
  return /^[a-z_$][\w$]*$/i.test(name) ? name : JSON.stringify(name);
}

function hint(option: string, known: readonly string[]): string {
  const near = nearest(option, known);
  return near ? `did you mean ${near}?` : `it takes ${known.join(", ") || "none"}`;
}

/** A schema's own messages may repeat what they were given. */
function hide(message: string, secret: string): string {
  return message.replaceAll(JSON.stringify(secret), "••••").replaceAll(secret, maskSecret(secret));
}
