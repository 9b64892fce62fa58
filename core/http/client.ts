import { Agent } from "undici";
import { BotError, type ErrorCode, errorCode } from "../domain/errors.ts";
import type { HttpClient, HttpOptions, HttpResponse } from "../plugin/http.ts";
import { isAddress, isPrivateAddress, privateAddress, publicLookup } from "./address.ts";
import { createResponse, decodeText, readBody } from "./body.ts";
import { callError, startDeadline } from "./deadline.ts";
import {
  describeCall,
  discard,
  dispatch,
  flattenHeaders,
  ownedBy,
  requestHeaders,
  withoutCredentials,
} from "./dispatch.ts";
import { type AllowedUrl, createHostCheck, type HostRules } from "./hosts.ts";
import { createRequestPool, type RequestPool, type RequestPoolOptions } from "./pool.ts";
import { socketSignal } from "./socket-signal.ts";
import { statusError } from "./status.ts";

/** One finished call, for metrics and logs. */
export interface HttpCallInfo {
  readonly plugin: string;
  /** The host first asked. */
  readonly host: string;
  readonly code: ErrorCode | "ok";
  /** Seconds. */
  readonly duration: number;
}

/** Options of {@link createHttp}. */
export interface HttpClientOptions {
  /** Connections at most to one origin (`MAX_CONNECTIONS`). */
  readonly connections: number;
  /** Deadline of a call without one of its own, in ms (`HTTP_TIMEOUT`). */
  readonly timeout: number;
  readonly userAgent?: string;
  /** Called after every call of a plugin. */
  readonly onCall?: (info: HttpCallInfo) => void;
}

/** Everything that goes out over HTTP. */
export interface Http {
  /** The `ctx.http` of a plugin. */
  forPlugin(id: string, rules: HostRules): HttpClient;
  /** Kept connections to an origin that the operator chose, such as the Bot API. */
  pool(origin: string, options?: RequestPoolOptions): RequestPool;
  /** Closes every connection, those of pools too. */
  dispose(): Promise<void>;
}

interface Call {
  readonly method: "GET" | "POST";
  readonly url: string | URL;
  readonly body?: string;
  readonly options: HttpOptions;
}

const DEFAULT_USER_AGENT = "Mozilla/5.0 (compatible; dramabot/1.0)";
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_REDIRECTS = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Makes the outbound HTTP client. Nothing is opened before the first call.
 *
 * @example
 * const http = createHttp({ connections: 10, timeout: 10_000 });
 * const client = http.forPlugin("tvmaze", { hosts: ["api.tvmaze.com"], operatorOrigins: [] });
 * const show = (await client.get("https://api.tvmaze.com/shows/1")).json();
 */
export function createHttp({ connections, timeout, userAgent = DEFAULT_USER_AGENT, onCall }: HttpClientOptions): Http {
  // The deadline of each call counts; undici's own timeouts would only blur it.
  const common = { connections, allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
  const sockets = socketSignal();
  const connect = { timeout: Math.max(timeout, 1000), signal: sockets.signal };
  const closed = new AbortController();
  const pools = new Set<RequestPool>();
  let agents: { readonly trusted: Agent; readonly open: Agent } | undefined;

  // Two sets of connections: what was opened to a private address for one plugin is not there for another.
  function agentFor({ trusted, url }: AllowedUrl): Agent {
    if (!trusted && isAddress(url.hostname) && isPrivateAddress(url.hostname)) throw privateAddress(url.hostname);
    agents ??= {
      trusted: new Agent({ ...common, connect }),
      open: new Agent({ ...common, connect: { ...connect, lookup: publicLookup } }),
    };
    return trusted ? agents.trusted : agents.open;
  }

  function forPlugin(plugin: string, rules: HostRules): HttpClient {
    const check = createHostCheck(plugin, rules);

    async function send({ method, url: input, body, options }: Call): Promise<HttpResponse> {
      // A plugin may be content with less time than the operator gives, never with more.
      const limit = Math.min(options.timeout ?? timeout, timeout);
      const maxBytes = options.maxBytes ?? MAX_BYTES;
      const accept = options.accept ?? [];
      let at = check(input);
      let verb = method;
      let content = body;
      let headers = requestHeaders(options.headers, { userAgent, json: body !== undefined });
      if (at.authorization !== undefined) headers.authorization ??= at.authorization;
      let label = describeCall(verb, at.url);
      const deadline = startDeadline(limit, [options.signal, closed.signal]);
      try {
        for (let hop = 0; ; hop++) {
          const answer = await dispatch(agentFor(at), at.url, { method: verb, headers, body: content, deadline });
          const status = answer.statusCode;
          const received = flattenHeaders(answer.headers);
          const location = received.location;
          if (redirects.has(status) && location !== undefined && !accept.includes(status)) {
            discard(answer);
            if (hop === MAX_REDIRECTS) {
              throw new BotError(
                "http.unexpected_answer",
                `${label} was redirected more than ${MAX_REDIRECTS} times.`,
                {
                  status,
                },
              );
            }
            const next = check(location, at.url);
            if (next.url.origin !== at.url.origin) headers = withoutCredentials(headers);
            if (status < 307 && verb === "POST") {
              verb = "GET";
              content = undefined;
              headers = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "content-type"));
            }
            at = next;
            label = describeCall(verb, at.url);
            continue;
          }
          const announced = Number(received["content-length"] ?? 0) || 0; // undici has refused what is no length
          if (announced > maxBytes) {
            discard(answer);
            throw new BotError(
              "http.too_large",
              `${label} was answered with ${announced} bytes; ${maxBytes} are taken.`,
              {
                status,
              },
            );
          }
          const encoding = received["content-encoding"];
          const bytes = await readBody(answer.body, { encoding, announced, maxBytes, label });
          const response = createResponse({ status, headers: received, url: at.url.href, bytes, label, plugin });
          const text =
            status === 403 || status === 503 ? decodeText(bytes.subarray(0, 16_384), received["content-type"]) : "";
          const error = statusError({ status, headers: received, text, label, plugin, accept });
          if (error !== undefined) throw error;
          return response;
        }
      } catch (error) {
        throw ownedBy(plugin, callError(error, { label, deadline, timeout: limit, signal: options.signal, plugin }));
      } finally {
        deadline.clear();
      }
    }

    async function call(request: Call): Promise<HttpResponse> {
      const started = performance.now();
      const host = URL.parse(String(request.url))?.host ?? "";
      let code: ErrorCode | "ok" = "ok";
      try {
        return await send(request);
      } catch (error) {
        code = errorCode(error) ?? "http.unreachable";
        throw error;
      } finally {
        onCall?.({ plugin, host, code, duration: (performance.now() - started) / 1000 });
      }
    }

    return {
      get: (url, options = {}) => call({ method: "GET", url, options }),
      post: (url, body, options = {}) => call({ method: "POST", url, body: JSON.stringify(body) ?? "null", options }),
    };
  }

  function pool(origin: string, options?: RequestPoolOptions): RequestPool {
    const opened = createRequestPool(origin, options);
    pools.add(opened);
    return opened;
  }

  async function dispose(): Promise<void> {
    closed.abort();
    const opened = agents;
    agents = undefined;
    await Promise.all([...pools].map((one) => one.dispose()));
    pools.clear();
    await Promise.all([opened?.trusted.destroy(), opened?.open.destroy()]);
    sockets.abort();
  }

  return { forPlugin, pool, dispose };
}
