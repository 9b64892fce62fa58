/** What a file of variables holds. */
export interface ParsedDotenv {
  readonly variables: Readonly<Record<string, string>>;
  /** Numbers of the lines that are no assignment, beginning with 1; they are passed over. */
  readonly oddLines: readonly number[];
}

const name = /(?:export[^\S\n]+)?(?:'([^'\n]+)'|([^=#\s'"]+))[^\S\n]*/y;
const single = /'((?:[^'\\]|\\[\s\S])*)'/y;
const double = /"((?:[^"\\]|\\[\s\S])*)"/y;
const end = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;

const controls: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/**
 * Reads the lines of a `.env` file by the rules of python-dotenv, which the predecessor's files were written for:
 * single quotes keep everything as it is, double quotes know `\n` and the like, both may span lines; without quotes
 * a `#` begins a comment only behind white space (a password may hold one; `util.parseEnv` would cut it off there);
 * `${NAME}` and `${NAME:-else}` stand for other variables.
 *
 * @param known what `${NAME}` means before the file's own lines are looked at, e.g. the process environment.
 */
export function parseDotenv(text: string, known: Readonly<Record<string, string | undefined>> = {}): ParsedDotenv {
  const source = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const variables: Record<string, string> = Object.create(null);
  const oddLines: number[] = [];
  let at = 0;
  let line = 1;

  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const restOfLine = (): string => {
    const stop = source.indexOf("\n", at);
    const rest = source.slice(at, stop === -1 ? source.length : stop);
    at = stop === -1 ? source.length : stop + 1;
    return rest;
  };
  const expand = (value: string) =>
    value.replace(/\$\{([^{}:]*)(?::-([^{}]*))?\}/g, (_, other: string, otherwise = "") => {
      return known[other] ?? variables[other] ?? otherwise;
    });

  while (at < source.length) {
    const begun = at;
    take(/[^\S\n]*/y);
    const found = source[at] === "#" || source[at] === "\n" ? undefined : take(name);
    if (found === undefined) restOfLine();
    else if (found === null || source[at] !== "=") {
      if (restOfLine() !== "" || found !== null) oddLines.push(line);
    } else {
      at++;
      const value = valueAt();
      if (value === undefined) oddLines.push(line);
      else variables[found[1] ?? found[2] ?? ""] = expand(value);
    }
    line += source.slice(begun, at).split("\n").length - 1;
  }
  return { variables, oddLines };

  /** The value behind `=`; `undefined` when quotes do not end, or something stands behind them. */
  function valueAt(): string | undefined {
    const begun = at;
    take(/[^\S\n]*/y);
    const quote = source[at];
    if (quote === "'" || quote === '"') {
      const quoted = take(quote === "'" ? single : double);
      if (quoted && take(end)) {
        return quote === "'"
          ? quoted[1]?.replace(/\\([\\'])/g, "$1")
          : quoted[1]?.replace(/\\([\\'"abfnrtv])/g, (_, letter: string) => controls[letter] ?? letter);
      }
      // Only this line is lost, however far a wrong quote reached.
      at = begun;
      restOfLine();
      return undefined;
    }
    at = begun;
    const rest = restOfLine();
    const comment = rest.search(/\s#/);
    return (comment === -1 ? rest : rest.slice(0, comment)).trim();
  }
}
