import { type AnyPlugin, API_VERSION } from "./define.ts";
import { type StrangeKey, strangeKeys } from "./keys.ts";
import { reasonOf } from "./reason.ts";
import { shownValue } from "./shown-value.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isList = (value: unknown, each: Check) => Array.isArray(value) && value.every(each);
const isHost: Check = (value) => typeof value === "string" && /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(value);

/** In pieces, for the build puts a URL wherever a module has these words. */
const OWN_URL = ["import", "meta", "url"].join(".");

/** Whether what stands under a key is right, and what is wanted, in the words of an error. */
type Rule = readonly [key: string, isRight: Check, wanted: string];

/** What must stand in a definition. */
const rules: readonly Rule[] = [
  ["id", (id) => typeof id === "string" && /^[a-z][a-z0-9-]{1,31}$/.test(id), "2–32 of a–z, 0–9 and -, a letter first"],
  ["version", (version) => typeof version === "string" && /^\d+\.\d+\.\d+(?:[-+]\S+)?$/.test(version), "like 1.0.0"],
  ["api", (api) => Number.isSafeInteger(api), `the plugin API it was written for, ${API_VERSION}`],
  ["setup", (setup) => typeof setup === "function", "a function"],
];

const optional: readonly Rule[] = [
  ["description", isText, "a text"],
  ["notice", isText, "a text"],
  ["options", (schema) => isObject(schema) && typeof schema["~run"] === "function", "a valibot schema"],
  [
    "env",
    (env) => isObject(env) && isList(Object.values(env), (names) => isText(names) || isList(names, isText)),
    "names of variables by option",
  ],
  ["permissions", isObject, "{ http: [names of hosts] }"],
  ["permissions.http", (hosts) => isList(hosts, isHost), "a list of names of hosts"],
  [
    "tasks",
    (tasks) => tasks instanceof URL && /^(?:file|dramabot):$/.test(tasks.protocol),
    `new URL("./tasks.ts", ${OWN_URL})`,
  ],
  ["samples", (samples) => typeof samples === "function", "a function"],
];

/** A definition's own keys. */
const keys = [...rules, ...optional].flatMap(([key]) => (key.includes(".") ? [] : [key]));

/** A definition as it was read once. */
export interface ReadDefinition {
  /** Its own keys and no others, with whatever stands there; `undefined` when there is nothing to read them from. */
  readonly definition?: AnyPlugin;
  /** One text for each key that threw when it was read. */
  readonly unreadable: readonly string[];
}

/**
 * Reads a definition once and for all: a JavaScript file may hold one that throws when it is read, or that says another
 * thing each time. Never throws.
 */
export function readDefinition(given: unknown): ReadDefinition {
  if (!isObject(given)) return { unreadable: [] };
  const unreadable: string[] = [];
  const read: Record<string, unknown> = {};
  for (const key of keys) {
    try {
      const value = readKey(key, given);
      if (value !== undefined) read[key] = value;
    } catch (error) {
      unreadable.push(`"${key}" threw while it was read: ${reasonOf(error)}`);
    }
  }
  // What its keys hold is checked by definitionProblems.
  return { definition: read as unknown as AnyPlugin, unreadable };
}

/** The value of a key, which nobody changes any more; functions are called as the definition's own. */
function readKey(key: string, given: Readonly<Record<string, unknown>>): unknown {
  const value = given[key];
  if (typeof value === "function") return (...args: readonly unknown[]) => value.apply(given, args) as unknown;
  return key === "permissions" || key === "env" ? copyOf(value) : value;
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copyOf(each)] as const))
    : value;
}

/**
 * Says what is wrong with a definition, which a JavaScript file may hold in any form.
 *
 * @returns one text for each problem: what it is about and what is wanted.
 */
export function definitionProblems(definition: unknown): readonly string[] {
  if (!isObject(definition)) return ["it is no definition; wanted: what definePlugin() gives"];
  const wrong = [
    ...rules.flatMap((rule) => misfits(definition, rule)),
    ...optional.flatMap((rule) => (valueAt(definition, rule[0]) === undefined ? [] : misfits(definition, rule))),
  ];
  const { api } = definition;
  if (Number.isSafeInteger(api) && api !== API_VERSION)
    wrong.push(`it speaks plugin API ${String(api)}, this program ${API_VERSION}`);
  return wrong;
}

/** What stands under a key, such as `id`, or under one of an object's, such as `permissions.http`. */
function valueAt(definition: Readonly<Record<string, unknown>>, path: string): unknown {
  return path.split(".").reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), definition);
}

/** What does not keep a rule, one text for each thing: of hosts each is told that is none. */
function misfits(definition: Readonly<Record<string, unknown>>, [path, isRight, wanted]: Rule): readonly string[] {
  const value = valueAt(definition, path);
  if (isRight(value)) return [];
  if (path === "permissions.http" && Array.isArray(value))
    return value.flatMap((host: unknown) => (isHost(host) ? [] : [hostMisfit(host)]));
  return [`"${path}" is ${shownValue(value)}; wanted: ${wanted}`];
}

function hostMisfit(given: unknown): string {
  const holds = typeof given === "string" ? shownValue(given) : `something that is ${shownValue(given)}`;
  return `"permissions.http" holds ${holds}; wanted: a host's name alone, such as ${hostIn(given) ?? "api.example.org"}`;
}

/** The host that somebody who wrote a URL, or a port, meant. */
function hostIn(given: unknown): string | undefined {
  if (typeof given !== "string") return undefined;
  const host = URL.parse(given.includes("://") ? given : `https://${given}`)?.hostname;
  return host !== undefined && isHost(host) ? host : undefined;
}

/**
 * Finds keys of a definition that nobody reads, such as `permission`. They do no harm; whoever checks the plugin wants to
 * know. Never throws.
 *
 * @returns what is to be said of each, with what was likely meant.
 */
export function unknownKeys(given: unknown): readonly StrangeKey[] {
  if (!isObject(given)) return [];
  try {
    const { permissions } = given;
    return [
      ...strangeKeys(given, { known: keys, of: "a definition" }),
      ...(isObject(permissions) ? strangeKeys(permissions, { known: ["http"], of: "permissions" }) : []),
    ];
  } catch {
    return []; // what throws when it is read is told elsewhere
  }
}
