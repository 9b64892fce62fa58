import { BotError } from "../domain/errors.ts";

/** What one plugin may call. */
export interface HostRules {
  /** Host names; `*.example.org` stands for every host below it. */
  readonly hosts: readonly string[];
  /** Origins of base URLs that the operator set; these may be private. */
  readonly operatorOrigins: readonly string[];
}

/** A URL that may be called. */
export interface AllowedUrl {
  readonly url: URL;
  /** Whether the operator chose this origin, so that its address may be private. */
  readonly trusted: boolean;
  /** `Authorization` made of user and password in a URL that the operator chose (RFC 7617). */
  readonly authorization?: string;
}

/** Checks URLs, redirects among them, against a plugin's rules. */
export function createHostCheck(plugin: string, { hosts, operatorOrigins }: HostRules) {
  const origins = new Set(operatorOrigins.map((origin) => new URL(origin).origin));
  const names = new Set<string>();
  const suffixes: string[] = [];
  for (const host of hosts) {
    const name = host.toLowerCase();
    if (name.startsWith("*.")) suffixes.push(name.slice(1));
    else names.add(name);
  }

  /**
   * @param base what a relative URL is relative to.
   * @throws BotError `http.host_denied`.
   */
  return function check(input: string | URL, base?: URL): AllowedUrl {
    const url = URL.parse(String(input), base?.href);
    if (url === null)
      throw new BotError("http.host_denied", "The plugin asked for something that is no URL.", { plugin });
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      throw new BotError("http.host_denied", `Only http and https are called, not ${url.protocol}`, { plugin });
    }
    url.hash = "";
    const authorization = basic(url);
    // They would stand in every answer's URL and in every message.
    url.username = "";
    url.password = "";
    if (origins.has(url.origin)) return { url, trusted: true, ...(authorization && { authorization }) };
    // A dot at the end names the same host.
    const host = url.hostname.replace(/\.$/, "");
    if (names.has(host) || suffixes.some((suffix) => host.endsWith(suffix) && host.length > suffix.length)) {
      return { url, trusted: false };
    }
    throw new BotError("http.host_denied", `${host} is not among the hosts under permissions.http.`, { plugin });
  };
}

function basic({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(pair).toString("base64")}`;
  } catch {
    return undefined; // a stray percent sign: nothing a server could check
  }
}
