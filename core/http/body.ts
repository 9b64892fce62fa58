import { pipeline, type Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { BotError } from "../domain/errors.ts";
import type { HttpResponse } from "../plugin/http.ts";
import { gather } from "./gather.ts";

/** Encodings that are asked for and taken. */
export const ACCEPT_ENCODING = "gzip, br, deflate";

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  br: createBrotliDecompress,
  deflate: createInflate,
  zstd: createZstdDecompress,
};

/** Encodings one after another are legal, but more than two are a bomb rather than an answer. */
const MOST_ENCODINGS = 2;

/**
 * Bytes at most that one body takes of a turn of the event loop. A fast upstream's would otherwise be read in one go,
 * 2 MB each, while everybody else waits.
 */
const SHARE = 128 * 1024;

/** What {@link readBody} needs beside the stream. */
export interface BodyOptions {
  /** The `content-encoding` header. */
  readonly encoding: string | undefined;
  /** The `content-length` header, in bytes; not more than `maxBytes`. */
  readonly announced?: number;
  /** Largest body, in bytes after decompression. */
  readonly maxBytes: number;
  /** What was called, for messages. */
  readonly label: string;
}

/**
 * Reads a body to its end, decompressed. It stops as soon as there is too much.
 *
 * @returns bytes in an `ArrayBuffer` of their own.
 * @throws BotError `http.too_large`; `http.unexpected_answer` for a body that cannot be decompressed; and
 * whatever the stream fails with.
 */
export async function readBody(
  body: Readable,
  { encoding, announced = 0, maxBytes, label }: BodyOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = decode(body, encoding, label);
  let share = SHARE;
  const gathered = gather(stream === body ? announced : 0);
  try {
    // Leaving the loop early destroys the stream, and with it the connection.
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      if (gathered.size + chunk.byteLength > maxBytes) {
        throw new BotError("http.too_large", `${label} was answered with more than ${maxBytes} bytes.`);
      }
      gathered.add(chunk);
      if (gathered.size > share) {
        share = gathered.size + SHARE;
        await setImmediate();
      }
    }
  } catch (error) {
    if (error instanceof Error && /^(?:Z_|ERR_(?:_?BROTLI|BROTLI|ZSTD)|ERR__)/.test(codeOf(error))) {
      throw new BotError("http.unexpected_answer", `${label} was answered with a damaged body.`, { cause: error });
    }
    throw error;
  }
  return gathered.end();
}

function decode(body: Readable, encoding: string | undefined, label: string): Readable {
  const names = (encoding ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (names.length > MOST_ENCODINGS) throw unknown(body, encoding, label);
  let stream = body;
  for (const name of names.reverse()) {
    const make = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (make === undefined) throw unknown(body, encoding, label);
    // Errors of either side arrive at the reader of the last stream.
    stream = pipeline(stream, make(), () => undefined);
  }
  return stream;
}

function unknown(body: Readable, encoding: string | undefined, label: string): BotError {
  body.on("error", () => undefined).destroy();
  return new BotError(
    "http.unexpected_answer",
    `${label} was answered in an unknown encoding (${encoding?.slice(0, 40)}).`,
  );
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
}

/** What {@link createResponse} is made from. */
export interface ResponseParts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly label: string;
  readonly plugin: string;
}

/** Makes the answer that plugins see. */
export function createResponse({ status, headers, url, bytes, label, plugin }: ResponseParts): HttpResponse {
  const text = () => decodeText(bytes, headers["content-type"]);
  return {
    status,
    headers,
    url,
    bytes,
    text,
    json() {
      const body = text();
      try {
        return JSON.parse(body) as unknown;
      } catch {
        // The parser's own message quotes the body, which may hold anything.
        throw new BotError("http.unexpected_answer", `${label} was answered with ${whatItIs(body)} instead of JSON.`, {
          plugin,
          status,
        });
      }
    },
  };
}

function whatItIs(body: string): string {
  if (body.trim() === "") return "nothing";
  return /^\s*</.test(body) ? "a page" : "something else";
}

/** Bytes as text in the charset that a `content-type` names; UTF-8 without one. */
export function decodeText(bytes: Uint8Array, contentType?: string): string {
  const charset = /;\s*charset\s*=\s*"?([^\s";]{1,40})/i.exec(contentType ?? "")?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes); // a charset nobody knows
  }
}
