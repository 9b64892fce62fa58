import { statSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "../../config/load.ts";
import { errorCode } from "../../domain/errors.ts";
import { type Finding, reason } from "./finding.ts";

const check = "configuration";

/**
 * Checks a configuration that can be used: a line for each thing to look at, or one that says that all is well.
 */
export function checkConfiguration({ settings, inForce, notes }: Configuration): readonly Finding[] {
  const found: Finding[] = [];
  if (settings.OWNER_ID === undefined) {
    const advice = 'Ask @userinfobot for your id; "dramabot init" writes it into .env.';
    found.push({ check, state: "fail", detail: "OWNER_ID is not set", advice });
  }
  for (const detail of notes) found.push({ check, state: "warn", detail });
  found.push(...filesOpenToAll());
  if (found.length > 0) return found;
  const set = inForce.filter(({ from }) => from === "environment").length;
  const detail = `${set === 1 ? "1 variable" : `${set} variables`} set; "dramabot config" shows all`;
  return [{ check, state: "ok", detail }];
}

/**
 * A line for each problem of a configuration that cannot be used.
 *
 * @param remarks what was passed over; the error tells of it, too.
 * @throws the error, when it is another one.
 */
export function unusable(error: unknown, remarks: readonly string[]): readonly Finding[] {
  if (errorCode(error) !== "config.invalid") throw error;
  // What is not indented is a heading.
  const problems = reason(error)
    .split("\n")
    .filter((line) => line.startsWith("  "));
  const passedOver = new Set(remarks);
  const told = problems.map((problem): Finding => {
    const detail = problem.trim();
    return { check, state: passedOver.has(detail) ? "warn" : "fail", detail };
  });
  return [...told, ...filesOpenToAll()];
}

/** Files of variables hold the token, and are nobody else's business. */
function filesOpenToAll(): readonly Finding[] {
  if (process.platform === "win32") return [];
  return [".env", "config.env"].flatMap((file): Finding[] => {
    const found = statSync(join(process.cwd(), file), { throwIfNoEntry: false });
    if (!found?.isFile() || (found.mode & 0o077) === 0) return [];
    const detail = `${file} may be read by other users of this machine`;
    return [{ check, state: "warn", detail, advice: `chmod 600 ${file}` }];
  });
}
