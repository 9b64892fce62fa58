import type { App } from "../../app.ts";
import {
  type ContractCase,
  commandContract,
  formatterContract,
  healthContract,
  sourceContract,
} from "../../plugin/contracts.ts";
import type { Source } from "../../plugin/source.ts";

/** The rules for one thing that a plugin brings. */
export interface Rules {
  readonly about: string;
  readonly cases: readonly ContractCase[];
}

/** A query that no sample answers. */
const NOTHING = "qqqqq";

export interface RulesOptions {
  /** Id of the plugin. */
  readonly plugin: string;
  /** Told about a source that gives nothing to try the rules with. */
  onProblem(about: string, error: unknown): void;
}

/**
 * The rules for everything that one plugin of an app brings. A source's example must have hits; an id that no title has
 * is made of the first one's.
 */
export async function rulesFor(
  { registry }: Pick<App, "registry">,
  { plugin, onProblem }: RulesOptions,
): Promise<readonly Rules[]> {
  const brought = new Set(registry.brought(plugin));
  const rules: Rules[] = [];
  let sample: { source: Source; record: unknown } | undefined;
  const call = { signal: AbortSignal.timeout(20_000), servedBy: () => undefined };
  for (const source of registry.items("sources")) {
    if (!brought.has(`sources /${source.command}`)) continue;
    const about = `/${source.command}`;
    try {
      const [first] = await source.search(source.example, call);
      if (first === undefined) throw new Error(`its samples have nothing for its own example, ${source.example}`);
      const { id } = first;
      sample ??= { source, record: await source.details(id, call) };
      const options = { source, query: source.example, nothing: NOTHING, id, unknownId: unknownId(id) };
      rules.push({ about, cases: sourceContract(options) });
    } catch (error) {
      onProblem(`${about} finds its example`, error);
    }
  }
  const owner = { id: 5_000_000_001, name: "Owner", isOwner: true };
  for (const command of registry.items("commands"))
    if (brought.has(`commands /${command.name}`))
      rules.push({ about: `/${command.name}`, cases: commandContract(command, owner) });
  for (const formatter of registry.items("formatters")) {
    const about = `formatter ${formatter.name}`;
    if (!brought.has(about)) continue;
    if (sample === undefined)
      onProblem(about, new Error("there is no record to try it with; the plugin brings no source"));
    else rules.push({ about, cases: formatterContract(formatter, sample) });
  }
  for (const check of registry.items("health")) {
    const about = `health check ${check.name}`;
    if (brought.has(about)) rules.push({ about, cases: healthContract(check) });
  }
  return rules;
}

/** An id of the same form that no title has: `139` → `999`, `tt0133093` → `tt9999999`. */
function unknownId(id: string): string {
  return /\d/.test(id) ? id.replace(/\d/g, "9") : `${id}-${NOTHING}`;
}
