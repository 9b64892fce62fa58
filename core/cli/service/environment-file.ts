import { parseDotenv } from "../../config/dotenv.ts";

/** A file of variables for systemd. */
export interface EnvironmentFile {
  readonly text: string;
  /** Names of variables that no quotes can hold for both readers. */
  readonly leftOut: readonly string[];
}

/**
 * Writes variables so that systemd (systemd.exec(5), EnvironmentFile=) and the program's own reader of `.env` read the
 * same values.
 */
export function environmentFile(variables: Readonly<Record<string, string>>): EnvironmentFile {
  const leftOut: string[] = [];
  const lines = Object.entries(variables).flatMap(([name, value]) => {
    const written = writtenValue(value);
    if (written !== undefined && /^[A-Za-z_]\w*$/.test(name)) return [`${name}=${written}`];
    leftOut.push(name);
    return [];
  });
  return { text: lines.map((line) => `${line}\n`).join(""), leftOut };
}

function writtenValue(value: string): string | undefined {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value;
  if (/[\p{Cc}\\]|\$\{/u.test(value)) return undefined;
  if (!value.includes("'")) return `'${value}'`;
  return /["$`]/.test(value) ? undefined : `"${value}"`;
}

/**
 * Says which lines systemd reads in another way than the program does.
 *
 * @returns their numbers, beginning with 1.
 */
export function linesReadDifferently(text: string): readonly number[] {
  const { oddLines } = parseDotenv(text);
  const different = text.split(/\r?\n/).flatMap((line, index) => {
    const isComment = /^\s*(?:[#;]|$)/.test(line);
    const [, value = ""] = /^[^=]*=\s*(.*)$/.exec(line) ?? [];
    const isPlain = !/^['"]/.test(value);
    const differs = /^\s*(?:export\s|')/.test(line) || /\$\{/.test(value) || (isPlain && /\s#|\\|['"]/.test(value));
    return !isComment && (differs || (!isPlain && /\\/.test(value))) ? [index + 1] : [];
  });
  return [...new Set([...oddLines, ...different])].sort((a, b) => a - b);
}
