import type { Faults } from "./faults.ts";
import { methods } from "./methods.ts";
import { argument, type Params } from "./parameters.ts";
import { Refusal } from "./refusal.ts";
import { readGiven } from "./request-body.ts";
import type { World } from "./world.ts";

/** A call of the bot as the emulator saw it. */
export interface RecordedCall {
  /** As it was written. */
  readonly method: string;
  readonly params: Params;
  /** ms since 1970. */
  readonly at: number;
  readonly ok: boolean;
  /** What the method gave, or the description of the refusal. */
  readonly result: unknown;
}

export interface BotApiOptions {
  readonly world: World;
  readonly token: string;
  readonly faults: Faults;
  onCall(call: RecordedCall): void;
}

/** Answers a request; `undefined` leaves it to others. */
export type Handler = (request: Request, url: URL) => Promise<Response | undefined>;

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

function refused({ code, message, retryAfter }: Refusal): Response {
  const body = { ok: false, error_code: code, description: message };
  if (retryAfter === undefined) return answer(code, body);
  return answer(code, { ...body, parameters: { retry_after: retryAfter } }, { "retry-after": String(retryAfter) });
}

/** Undoes percent signs; a text that has wrong ones stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Answers `/bot<token>/<method>` and `/file/bot<token>/<path>`; `undefined` for other paths. */
export function createBotApi({ world, token, faults, onCall }: BotApiOptions): Handler {
  const file = (path: string) => {
    const stored = world.photos.find(path.replace(/^photos\//, ""));
    return stored
      ? new Response(stored.bytes, { headers: { "content-type": stored.type } })
      : refused(new Refusal(404, "Not Found"));
  };

  return async (request, url) => {
    const [matched, root, secret = "", rest = ""] = /^\/(file\/)?bot([^/]*)(?:\/(.*))?$/.exec(url.pathname) ?? [];
    if (matched === undefined) return undefined;
    if (secret === "" || rest === "") return refused(new Refusal(404, "Not Found"));
    if (decoded(secret) !== token) return refused(new Refusal(401, "Unauthorized"));
    if (root) return file(rest);
    const method = decoded(rest);
    let params: Params = {};
    const note = (ok: boolean, result: unknown) => onCall({ method, params, at: world.now(), ok, result });
    try {
      const given = await readGiven(request, url.searchParams);
      params = given.params;
      await faults.strike(method, argument(params, "chat_id"), request.signal);
      const name = method.toLowerCase();
      const run = Object.hasOwn(methods, name) ? methods[name] : undefined;
      if (!run) throw new Refusal(404, "Not Found: method not found");
      const result = await run(world, { ...given, signal: request.signal });
      note(true, result);
      return answer(200, { ok: true, result });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      note(false, error.message);
      return refused(error);
    }
  };
}
