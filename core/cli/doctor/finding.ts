import { redact } from "../../telemetry/redact.ts";
import { oneTerminalLine } from "../terminal.ts";

/** What a check came to. */
export interface Finding {
  /** What was looked at, e.g. `token`. */
  readonly check: string;
  /** `fail`: the bot cannot work, or not as it should. `warn`: it works, but look at it. */
  readonly state: "ok" | "warn" | "fail";
  /** What was found, on one line. */
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** A finding without secrets and without what would move a terminal's cursor. */
export function presentable({ check, state, detail, advice }: Finding): Finding {
  const clean = (text: string) => oneTerminalLine(redact(text));
  return { check: clean(check), state, detail: clean(detail), ...(advice ? { advice: clean(advice) } : {}) };
}

/** One line for each finding, and one for all. */
export function findingsAsText(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, state, detail, advice }) => {
    const said = advice === undefined || /[.!?…]$/.test(detail) ? detail : `${detail}.`;
    return [state.padEnd(4), check.padEnd(width), advice === undefined ? said : `${said} ${advice}`].join("  ");
  });
  return `${[...lines, "", verdict(findings)].join("\n")}\n`;
}

function verdict(findings: readonly Finding[]): string {
  const of = (state: Finding["state"]) => findings.filter((finding) => finding.state === state);
  // A check may have found several things.
  const checks = (some: readonly Finding[]) => new Set(some.map(({ check }) => check)).size;
  const [failed, warned] = [checks(of("fail")), of("warn").length];
  const warnings = warned === 1 ? "1 warning" : `${warned} warnings`;
  if (failed > 0) return `${failed} of ${checks(findings)} checks failed${warned > 0 ? `, ${warnings}` : ""}.`;
  return warned > 0 ? `Nothing failed, ${warnings}.` : "All is well.";
}

/** What went wrong, in words. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
