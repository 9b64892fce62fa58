import { badRequest } from "./refusal.ts";

/** Parameters of a call: JSON, a form, or a query string. */
export type Params = Readonly<Record<string, unknown>>;

/** A parameter as the Bot API sees it: a text, "" when it is missing. What came as JSON stands as its JSON. */
export function argument(params: Params, name: string): string {
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A whole number; 0 when it is missing or none, as the Bot API reads it. */
export function integer(params: Params, name: string): number {
  const text = argument(params, name).trim();
  const number = /^-?\d+$/.test(text) ? Number(text) : 0;
  return Number.isSafeInteger(number) ? number : 0;
}

/** A truth value: `true`, `yes` or `1`, in any case. */
export function truth(params: Params, name: string): boolean {
  return /^\s*(true|yes|1)\s*$/i.test(argument(params, name));
}

/**
 * A parameter that holds JSON, whether it came as text or not; `undefined` when it is missing.
 *
 * @throws Refusal with these words when it is no JSON.
 */
export function json(params: Params, name: string, refusal: string): unknown {
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  if (typeof value !== "string") return value ?? undefined;
  if (value === "") return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw badRequest(refusal);
  }
}

/** A JSON object; `undefined` for everything else. */
export function fieldsOf(value: unknown): Params | undefined {
  return isFields(value) ? value : undefined;
}

function isFields(value: unknown): value is Params {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A text field of a JSON object; numbers count as texts. "" when it is missing.
 *
 * @throws Refusal when it is of another type.
 */
export function textField(object: Params, name: string): string {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (value === undefined || value === null) return "";
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw badRequest(`Field "${name}" must be of type String`);
}

/** A text field that must be there, though it may be empty. */
export function requiredTextField(object: Params, name: string): string {
  if (!Object.hasOwn(object, name)) throw badRequest(`Can't find field "${name}"`);
  return textField(object, name);
}
