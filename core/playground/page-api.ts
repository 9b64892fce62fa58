import type { Handler } from "./bot-api.ts";
import { streamEvents } from "./event-stream.ts";
import { pageFile } from "./page-files.ts";
import { fieldsOf, type Params } from "./parameters.ts";
import type { MenuEntry, PressRequest, SendRequest, State } from "./protocol.ts";
import { Refusal } from "./refusal.ts";
import { readBytes } from "./request-body.ts";
import type { World } from "./world.ts";

export interface PageApiOptions {
  readonly world: World;
  readonly note: string;
  problems(): readonly string[];
  suggestions(): readonly string[];
}

/** Messages a freshly opened page gets of each chat. */
const SHOWN = 200;
/** Largest body, in bytes: the longest text, escaped, and some room. */
const LARGEST = 64 * 1024;

const json = (value: unknown, status = 200) =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });

async function bodyOf(request: Request): Promise<Params> {
  const bytes = await readBytes(request, LARGEST, "The body is too large.");
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    // Told below.
  }
  const fields = fieldsOf(body);
  if (!fields) throw new Refusal(400, "The body must be a JSON object.");
  return fields;
}

/** A field that must be a whole number. */
function number(body: Params, name: string): number {
  const value = body[name];
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new Refusal(400, `${name} must be a whole number.`);
}

function text(body: Params, name: string): string {
  const value = body[name];
  if (typeof value === "string") return value;
  throw new Refusal(400, `${name} must be a text.`);
}

function sendRequest(body: Params): SendRequest {
  const optional = (name: string) => (body[name] ? number(body, name) : undefined);
  return {
    chatId: number(body, "chatId"),
    userId: number(body, "userId"),
    text: text(body, "text"),
    replyTo: optional("replyTo"),
    threadId: optional("threadId"),
  };
}

function pressRequest(body: Params): PressRequest {
  return {
    chatId: number(body, "chatId"),
    userId: number(body, "userId"),
    messageId: number(body, "messageId"),
    data: text(body, "data"),
  };
}

/** The menu that Telegram shows a person in a chat (Bot API, BotCommandScope). */
function menuFor(world: World, chatId: string | null, userId: string | null): readonly MenuEntry[] {
  const scopes =
    Number(chatId) > 0
      ? [`chat:${chatId}`, "all_private_chats", "default"]
      : [`chat_member:${chatId}:${userId}`, `chat:${chatId}`, "all_group_chats", "default"];
  return scopes.map((scope) => world.menus.get(scope)).find((menu) => menu !== undefined) ?? [];
}

/** Answers what the chat page asks: its files, the state, events, sending and pressing. */
export function createPageApi({ world, note, problems, suggestions }: PageApiOptions): Handler {
  const state = (): State => {
    const chats = [...world.chats.values()];
    return {
      bot: world.bot,
      users: world.users,
      chats,
      messages: chats.flatMap(({ id }) => world.messages(id).slice(-SHOWN)),
      topics: chats.flatMap(({ id }) => world.topics(id).map((topic) => ({ chatId: id, ...topic }))),
      note,
      problems: problems(),
      suggestions: suggestions(),
    };
  };
  const routes: Readonly<Record<string, (request: Request, url: URL) => Response | Promise<Response>>> = {
    "GET /api/state": () => json(state()),
    "GET /api/events": (request) => streamEvents(world, request.signal),
    "GET /api/commands": (_, { searchParams }) =>
      json({ commands: menuFor(world, searchParams.get("chatId"), searchParams.get("userId")) }),
    "POST /api/send": async (request) => json({ message: world.send(sendRequest(await bodyOf(request))) }),
    "POST /api/press": async (request) => json(await world.press(pressRequest(await bodyOf(request)))),
  };
  const picture = (fileId: string) => {
    const stored = world.photos.find(fileId);
    const headers = { "cache-control": "max-age=86400, immutable", "x-content-type-options": "nosniff" };
    return stored && new Response(stored.bytes, { headers: { "content-type": stored.type, ...headers } });
  };

  return async (request, url) => {
    // A page of another site must not speak for the people of this one.
    const origin = request.headers.get("origin");
    if (request.method === "POST" && origin !== null && origin !== url.origin)
      return json({ error: "Only the playground's own page may do that." }, 403);
    const key = `${request.method} ${url.pathname}`;
    try {
      if (Object.hasOwn(routes, key)) return await routes[key]?.(request, url);
      if (request.method !== "GET") return undefined;
      const fileId = /^\/api\/files\/([\w-]+)$/.exec(url.pathname)?.[1];
      return fileId === undefined
        ? pageFile(url.pathname === "/" ? "index.html" : url.pathname.slice(1))
        : picture(fileId);
    } catch (error) {
      if (error instanceof Refusal) return json({ error: error.message }, error.code);
      throw error;
    }
  };
}
