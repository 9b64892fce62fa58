import { Pool } from "undici";
import { BotError } from "../domain/errors.ts";
import { redact } from "../telemetry/redact.ts";
import { callError, startDeadline, withinDeadline } from "./deadline.ts";
import { socketSignal } from "./socket-signal.ts";

/** One call through a {@link RequestPool}. */
export interface PoolRequest {
  readonly method: "GET" | "POST";
  /** Path and query, beginning with a slash. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** Deadline of the whole call, in ms. Default: the pool's. */
  readonly timeout?: number;
}

/** A whole answer of a {@link RequestPool}; every status is an answer. */
export interface PoolResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Kept connections to one origin that the operator chose: the fast path of the Bot API. */
export interface RequestPool {
  /**
   * @throws BotError `http.timeout`, `http.unreachable`, `http.too_large`, `http.unexpected_answer`, `http.aborted`.
   */
  request(call: PoolRequest): Promise<PoolResponse>;
  /** Closes every connection; calls under way are given up. */
  dispose(): Promise<void>;
}

/** Options of {@link createRequestPool}. */
export interface RequestPoolOptions {
  /** Connections at most. Default 100. */
  readonly connections?: number;
  /** Deadline of a call, in ms. Default 60,000. */
  readonly timeout?: number;
  /** How long an idle connection is kept, in ms. Default 30,000. */
  readonly keepAlive?: number;
  /** Largest answer taken, in bytes. Default 32 MiB. */
  readonly maxBytes?: number;
}

/**
 * Opens a pool to one origin. No host list, redirect or decompression: only what the Bot API needs.
 *
 * @param origin e.g. `https://api.telegram.org`.
 */
export function createRequestPool(origin: string, options: RequestPoolOptions = {}): RequestPool {
  const { connections = 100, timeout = 60_000, keepAlive = 30_000, maxBytes = 32 * 1024 * 1024 } = options;
  const base = new URL(origin).origin;
  const sockets = socketSignal();
  const pool = new Pool(base, {
    connections,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: keepAlive,
    maxResponseSize: maxBytes,
    connect: { signal: sockets.signal },
    // The deadline of each call counts, and it may be longer than undici's own.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  let disposed = false;

  async function request({
    method,
    path,
    headers,
    body,
    signal,
    timeout: limit = timeout,
  }: PoolRequest): Promise<PoolResponse> {
    const label = `${method} ${redact(base + path)}`;
    if (disposed) throw new BotError("http.aborted", `${label} was not sent: the connections are closed.`);
    const deadline = startDeadline(limit, [signal]);
    try {
      const sent = { method, path, headers: headers ?? {}, body: body ?? null, signal: deadline.signal };
      const answer = await withinDeadline(pool.request(sent), deadline);
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
    } catch (error) {
      throw callError(error, { label, deadline, timeout: limit, signal });
    } finally {
      deadline.clear();
    }
  }

  async function dispose(): Promise<void> {
    if (disposed) return;
    disposed = true;
    await pool.destroy();
    sockets.abort();
  }

  return { request, dispose };
}
