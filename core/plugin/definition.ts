import { type AnyPlugin, API_VERSION } from "./define.ts";
import { reasonOf } from "./reason.ts";
import { shownValue } from "./shown-value.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isList = (value: unknown, each: Check) => Array.isArray(value) && value.every(each);
const isHost: Check = (value) => typeof value === "string" && /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(value);

/** In pieces, for the build puts a URL wherever a module has these words. */
const OWN_URL = ["import", "meta", "url"].join(".");

/** What must stand in a definition: whether it is there, and what is wanted, in the words of an error. */
const rules: readonly (readonly [key: string, isRight: Check, wanted: string])[] = [
  ["id", (id) => typeof id === "string" && /^[a-z][a-z0-9-]{1,31}$/.test(id), "2–32 of a–z, 0–9 and -, a letter first"],
  ["version", (version) => typeof version === "string" && /^\d+\.\d+\.\d+(?:[-+]\S+)?$/.test(version), "like 1.0.0"],
  ["api", (api) => Number.isSafeInteger(api), `the plugin API it was written for, ${API_VERSION}`],
  ["setup", (setup) => typeof setup === "function", "a function"],
];

const optional: typeof rules = [
  ["description", isText, "a text"],
  ["notice", isText, "a text"],
  ["options", (schema) => isObject(schema) && typeof schema["~run"] === "function", "a valibot schema"],
  [
    "env",
    (env) => isObject(env) && isList(Object.values(env), (names) => isText(names) || isList(names, isText)),
    "names of variables by option",
  ],
  [
    "permissions",
    (value) => isObject(value) && (value.http === undefined || isList(value.http, isHost)),
    "{ http: [names of hosts] }",
  ],
  [
    "tasks",
    (tasks) => tasks instanceof URL && /^(?:file|dramabot):$/.test(tasks.protocol),
    `new URL("./tasks.ts", ${OWN_URL})`,
  ],
  ["samples", (samples) => typeof samples === "function", "a function"],
];

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
  for (const [key] of [...rules, ...optional]) {
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
    ...rules.filter(([key, isRight]) => !isRight(definition[key])),
    ...optional.filter(([key, isRight]) => definition[key] !== undefined && !isRight(definition[key])),
  ].map(([key, , wanted]) => `"${key}" is ${shownValue(definition[key])}; wanted: ${wanted}`);
  const { api } = definition;
  if (Number.isSafeInteger(api) && api !== API_VERSION)
    wrong.push(`it speaks plugin API ${String(api)}, this program ${API_VERSION}`);
  return wrong;
}
