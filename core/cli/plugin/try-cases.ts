import type { ContractCase } from "../../plugin/contracts.ts";
import { reasonOf } from "../../plugin/reason.ts";
import { within } from "../../plugin/within.ts";

/** Says what came of one rule. */
export type Say = (kept: boolean, rule: string, why?: string) => void;

/** How long one may take, in ms: longer than a call of any handler. */
const LIMIT = 30_000;

/** Tries one case after the other, and says of each whether it is kept. Never rejects. */
export async function tryCases(
  cases: readonly ContractCase[],
  { about, say }: { readonly about: string; readonly say: Say },
): Promise<void> {
  for (const { name, run } of cases) {
    const rule = `${about} ${name}`;
    const late = () => new Error(`it did not come to its end within ${LIMIT / 1000} s`);
    try {
      await within(async () => run(), LIMIT, late);
      say(true, rule);
    } catch (error) {
      say(false, rule, reasonOf(error));
    }
  }
}
