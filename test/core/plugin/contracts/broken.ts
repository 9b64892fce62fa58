import type { ContractCase } from "../../../../core/plugin/index.ts";

/** Short, because some of what is tried never ends. */
export const deadline = 200;

/** What never comes. */
export const never = (): Promise<never> => new Promise(() => undefined);

/** Names of the rules that are broken. */
export async function broken(cases: readonly ContractCase[]): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { name, run } of cases) await run().catch(() => names.push(name));
  return names;
}

/** Says which rules were broken instead of the one that should be. */
export function report(rules: readonly string[]): string {
  return `broken were: ${rules.join(", ") || "none"}`;
}
