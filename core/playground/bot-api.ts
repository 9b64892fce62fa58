import { type Params, structured } from "./content.ts";
import type { Faults } from "./faults.ts";
import { methods } from "./methods.ts";
import { badRequest, Refusal } from "./refusal.ts";
import type { World } from "./world.ts";

/** A call of the bot as the emulator saw it. */
export interface RecordedCall {
  readonly method: string;
  readonly params: Params;
  /** ms since 1970. */
  readonly at: number;
  readonly ok: boolean;
  readonly result: unknown;
}

export interface BotApiOptions {
  readonly world: World;
  readonly token: string;
  readonly faults: Faults;
  onCall(call: RecordedCall): void;
}

/** Largest request, in bytes (Bot API, "Sending files": 50 MB for uploads). */
const LARGEST = 50 * 1024 * 1024;

async function parametersOf(request: Request): Promise<{ params: Params; files: Map<string, Uint8Array> }> {
  const files = new Map<string, Uint8Array>();
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const type = request.headers.get("content-type") ?? "";
  if (request.method === "GET" || request.headers.get("content-length") === "0") return { params: query, files };
  if (Number(request.headers.get("content-length") ?? 0) > LARGEST) throw new Refusal(413, "Request Entity Too Large");
  if (type.startsWith("application/json")) {
    const text = await request.text();
    const body = text.trim() === "" ? {} : structured(text);
    if (typeof body !== "object" || body === null || Array.isArray(body)) throw badRequest("can't parse JSON object");
    return { params: { ...query, ...body }, files };
  }
  if (!type.startsWith("multipart/form-data") && !type.startsWith("application/x-www-form-urlencoded"))
    return { params: query, files };
  const params: Record<string, unknown> = { ...query };
  let form: Awaited<ReturnType<Request["formData"]>>;
  try {
    form = await request.formData();
  } catch {
    throw badRequest("can't parse the form");
  }
  for (const [name, value] of form.entries()) {
    if (typeof value === "string") params[name] = value;
    else files.set(name, new Uint8Array(await value.arrayBuffer()));
  }
  return { params, files };
}

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

function refusal(error: Refusal): Response {
  const parameters = error.retryAfter === undefined ? {} : { parameters: { retry_after: error.retryAfter } };
  return answer(error.code, { ok: false, error_code: error.code, description: error.message, ...parameters });
}

/** Answers `/bot<token>/<method>` and `/file/bot<token>/<path>`; `undefined` for other paths. */
export function createBotApi({
  world,
  token,
  faults,
  onCall,
}: BotApiOptions): (request: Request) => Promise<Response | undefined> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const [, root = "", secret = "", rest = ""] = /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(pathname) ?? [];
    if (secret === "") return undefined;
    if (decodeURIComponent(secret) !== token) return refusal(new Refusal(401, "Unauthorized"));
    if (root) {
      const stored = world.photos.find(rest.replace(/^photos\//, ""));
      return stored
        ? new Response(stored.bytes, { headers: { "content-type": stored.type } })
        : refusal(new Refusal(404, "Not Found"));
    }
    const method = rest.toLowerCase();
    let params: Params = {};
    const note = (ok: boolean, result: unknown) => onCall({ method: rest, params, at: Date.now(), ok, result });
    try {
      const given = await parametersOf(request);
      params = given.params;
      await faults.strike(rest, request.signal);
      const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (!run) throw new Refusal(404, "Not Found");
      const result = await run(world, { ...given, signal: request.signal });
      note(true, result);
      return answer(200, { ok: true, result });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      note(false, error.message);
      return refusal(error);
    }
  };
}
