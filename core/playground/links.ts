/** A link as Telegram keeps it, or why it takes it for none. */
export type CheckedLink = { readonly url: string } | { readonly problem: string };

/** Characters of a host that Telegram takes, beside those that are not ASCII. */
const HOST = /^(?:[a-z0-9._!$,~*'();&+=-]|%[0-9a-f]{2}|[^\0-\x7f])*$/;

/** The parts of an HTTP link; a link without a protocol is one of `http`. */
interface HttpLink {
  readonly protocol: string;
  readonly login: string;
  readonly host: string;
  readonly port: number | undefined;
  /** Path, query and fragment; begins with a slash. */
  readonly rest: string;
}

/** Takes a link apart as Telegram's own parser does; a text says what is wrong with it. */
function partsOf(link: string): HttpLink | string {
  const scheme = /^([^:]*):\/\//.exec(link);
  const protocol = scheme ? (scheme[1] ?? "").toLowerCase() : "http";
  if (protocol !== "http" && protocol !== "https") return "Unsupported URL protocol";
  const body = scheme ? link.slice(scheme[0].length) : link;
  const end = body.search(/[/?#]/);
  const authority = end === -1 ? body : body.slice(0, end);
  const tail = end === -1 ? "" : body.slice(end);
  const login = authority.slice(0, authority.lastIndexOf("@") + 1);
  const [, address = "", colon, digits = ""] =
    /^(\[[^\]]*\]|[^:]*)(:(.*))?$/s.exec(authority.slice(login.length)) ?? [];
  const port = colon === undefined ? undefined : Number(digits);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port <= 65_535))
    return "Wrong port number specified in the URL";
  const host = address.toLowerCase();
  if (host === "") return "URL host is empty";
  if (host === ".") return "Host is invalid";
  if (!host.startsWith("[") && !HOST.test(host)) return "Disallowed character in URL host";
  return { protocol, login, host, port, rest: tail.startsWith("/") ? tail : `/${tail}` };
}

/** Checks the URL of a text link or a button, which may also be one of Telegram's own (`tg:`, `ton:`). */
export function checkLink(link: string): CheckedLink {
  const own = /^(tg|ton|tonsite):(?:\/\/)?/i.exec(link);
  const parts = partsOf(own ? link.slice(own[0].length) : link);
  if (typeof parts === "string") return { problem: parts };
  const rest = parts.rest.replace(/[^\x21-\uffff]/g, encodeURIComponent);
  if (own) {
    const scheme = (own[1] ?? "").toLowerCase();
    if (parts.protocol !== "http" || parts.login !== "" || parts.port !== undefined)
      return { problem: `Wrong ${scheme} URL` };
    if (!/^[a-z0-9_-]+$/.test(parts.host)) return { problem: "Unallowed characters in URL host" };
    return { url: `${scheme}://${parts.host}${rest.startsWith("/?") ? rest.slice(1) : rest}` };
  }
  if (!parts.host.includes(".") && !parts.host.startsWith("[")) return { problem: "Wrong HTTP URL" };
  const standard = parts.port === undefined || parts.port === (parts.protocol === "https" ? 443 : 80);
  return { url: `${parts.protocol}://${parts.login}${parts.host}${standard ? "" : `:${parts.port}`}${rest}` };
}

/** Checks the URL of a file. Unlike a link's, its host may be any. */
export function checkFileUrl(link: string): CheckedLink {
  const parts = partsOf(link);
  if (typeof parts === "string") return { problem: parts };
  const port = parts.port === undefined ? "" : `:${parts.port}`;
  return { url: `${parts.protocol}://${parts.login}${parts.host}${port}${parts.rest}` };
}
