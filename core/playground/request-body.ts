import type { Params } from "./parameters.ts";
import { Refusal } from "./refusal.ts";

/** Largest request, in bytes (Bot API, "Sending files": 50 MB for uploads). */
const LARGEST = 50 * 1024 * 1024;
/** Parameters without files, in bytes. */
const LARGEST_PARAMETERS = 1024 * 1024;

/**
 * Reads a body of at most so many bytes.
 *
 * @throws Refusal 413 with these words.
 */
export async function readBytes(request: Request, most: number, refusal: string): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new Refusal(413, refusal);
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge();
  // A length that was told is kept by HTTP itself.
  if (request.headers.has("content-length")) return new Uint8Array(await request.arrayBuffer());
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.length;
    if (size > most) throw tooLarge();
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** What a request carries. */
export interface Given {
  readonly params: Params;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Telegram takes a body that is no JSON object for one without parameters. */
function jsonParameters(body: Uint8Array): Params {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString());
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // As above.
  }
  return {};
}

async function formParameters(body: Uint8Array<ArrayBuffer>, type: string): Promise<Given> {
  let form: Awaited<ReturnType<Response["formData"]>>;
  try {
    form = await new Response(body, { headers: { "content-type": type } }).formData();
  } catch {
    throw new Refusal(400, "Bad Request: can't parse form data headers");
  }
  const params: Record<string, unknown> = {};
  const files = new Map<string, Uint8Array>();
  for (const [name, value] of form.entries()) {
    if (typeof value === "string") params[name] = value;
    else files.set(name, new Uint8Array(await value.arrayBuffer()));
  }
  return { params, files };
}

/**
 * Reads a call's parameters: from the query string, and from a body of JSON or a form. Other bodies say nothing.
 *
 * @throws Refusal 413 when it is too large, 501 for methods other than GET and POST.
 */
export async function readGiven(request: Request, query: URLSearchParams): Promise<Given> {
  const inUrl = query.size > 0 ? Object.fromEntries(query) : {};
  const none = new Map<string, Uint8Array>();
  if (request.method === "GET") return { params: inUrl, files: none };
  if (request.method !== "POST") throw new Refusal(501, "Not Implemented");
  const type = request.headers.get("content-type") ?? "";
  const kind = type.toLowerCase();
  if (kind.includes("multipart/form-data")) {
    if (!kind.includes("boundary")) throw new Refusal(400, "Bad Request: boundary not found");
    const body = await readBytes(request, LARGEST, "Request Entity Too Large");
    const { params, files } = await formParameters(body, type);
    return { params: { ...params, ...inUrl }, files };
  }
  const json = kind.includes("application/json");
  if (!json && !kind.includes("application/x-www-form-urlencoded")) return { params: inUrl, files: none };
  const body = await readBytes(request, LARGEST_PARAMETERS, "Request Entity Too Large: too much parameters");
  const params = json ? jsonParameters(body) : Object.fromEntries(new URLSearchParams(Buffer.from(body).toString()));
  return { params: { ...params, ...inUrl }, files: none };
}
