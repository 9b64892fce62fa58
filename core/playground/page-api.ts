import { readFile } from "node:fs/promises";
import type { MenuEntry, PressRequest, SendRequest, State } from "./protocol.ts";
import { Refusal } from "./refusal.ts";
import type { World } from "./world.ts";

export interface PageApiOptions {
  readonly world: World;
  readonly note: string;
  suggestions(): readonly string[];
}

const pages = new URL("./page/", import.meta.url);
const types: Readonly<Record<string, string>> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  svg: "image/svg+xml",
};
/** Messages a freshly opened page gets of each chat. */
const SHOWN = 200;

const json = (value: unknown, status = 200) =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await request.json();
    if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new Refusal(400, "The body must be a JSON object.");
}

function events(world: World, signal: AbortSignal): Response {
  const encoder = new TextEncoder();
  let end: () => void = () => undefined;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(": open\n\n"));
      const beat = setInterval(() => controller.enqueue(encoder.encode(": beat\n\n")), 15_000);
      beat.unref();
      const off = world.on((event) => controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`)));
      end = () => {
        clearInterval(beat);
        off();
      };
      signal.addEventListener("abort", end, { once: true });
    },
    cancel: () => end(),
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
}

function menuFor(world: World, chatId: string | null, userId: string | null): readonly MenuEntry[] {
  const scopes = [
    `chat_member:${chatId}:${userId}`,
    `chat:${chatId}`,
    Number(chatId) > 0 ? "all_private_chats" : "all_group_chats",
    "default",
  ];
  return scopes.map((scope) => world.menus.get(scope)).find((menu) => menu !== undefined) ?? [];
}

async function file(name: string): Promise<Response | undefined> {
  if (!/^[\w-]+\.(html|css|js|svg)$/.test(name)) return undefined;
  try {
    const type = types[name.split(".").at(-1) ?? ""] ?? "text/plain";
    const headers = {
      "content-type": `${type}; charset=utf-8`,
      "cache-control": "no-cache",
      "content-security-policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
      "x-content-type-options": "nosniff",
    };
    return new Response(await readFile(new URL(name, pages)), { headers });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Answers what the chat page asks: its files, the state, events, sending and pressing. */
export function createPageApi({
  world,
  note,
  suggestions,
}: PageApiOptions): (request: Request) => Promise<Response | undefined> {
  const routes: Readonly<Record<string, (request: Request, url: URL) => Response | Promise<Response>>> = {
    "GET /api/state": () => {
      const chats = [...world.chats.values()];
      const messages = chats.flatMap(({ id }) => world.messages(id).slice(-SHOWN));
      const state: State = { bot: world.bot, users: world.users, chats, messages, note, suggestions: suggestions() };
      return json(state);
    },
    "GET /api/events": (request) => events(world, request.signal),
    "GET /api/commands": (_, { searchParams }) =>
      json({ commands: menuFor(world, searchParams.get("chatId"), searchParams.get("userId")) }),
    "POST /api/send": async (request) => {
      const { chatId, userId, text, replyTo } = (await bodyOf(request)) as unknown as SendRequest;
      return json({ message: world.send({ chatId, userId, text, ...(replyTo ? { replyTo } : {}) }) });
    },
    "POST /api/press": async (request) => json(await world.press((await bodyOf(request)) as unknown as PressRequest)),
  };

  return async (request) => {
    const url = new URL(request.url);
    // A page of another site must not speak for the people of this one.
    const origin = request.headers.get("origin");
    if (request.method === "POST" && origin !== null && origin !== url.origin)
      return json({ error: "Only the playground's own page may do that." }, 403);
    try {
      const route = routes[`${request.method} ${url.pathname}`];
      if (route) return await route(request, url);
      const fileId = /^\/api\/files\/([\w-]+)$/.exec(url.pathname)?.[1];
      const stored = fileId === undefined ? undefined : world.photos.find(fileId);
      if (stored)
        return new Response(stored.bytes, {
          headers: { "content-type": stored.type, "cache-control": "max-age=86400, immutable" },
        });
      return request.method === "GET"
        ? await file(url.pathname === "/" ? "index.html" : url.pathname.slice(1))
        : undefined;
    } catch (error) {
      if (error instanceof Refusal) return json({ error: error.message }, error.code);
      throw error;
    }
  };
}
