import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { drawPoster } from "../../../core/playground/poster.ts";

const PAGE = new URL("../../../core/playground/page/", import.meta.url);
const TYPES: Record<string, string> = { html: "text/html", css: "text/css", js: "text/javascript" };
const BOT = { id: 1, is_bot: true, first_name: "Dramabot", username: "dramabot" };
const USERS = [
  { id: 101, is_bot: false, first_name: "Mina", last_name: "Park", username: "mina" },
  { id: 102, is_bot: false, first_name: "Jonas", last_name: "Berg", username: "jonas" },
];
const CHATS = [
  { id: 101, type: "private", first_name: "Mina" },
  { id: 102, type: "private", first_name: "Jonas" },
  { id: -500, type: "group", title: "Drama club" },
];

interface StubMessage {
  readonly message_id: number;
  readonly chat: { readonly id: number };
  readonly [field: string]: unknown;
}

/** A chat world without a bot, scripted by a test, that speaks the page's protocol. */
export interface PageStub {
  readonly url: string;
  /** What the page sent and pressed, in order. */
  readonly received: Record<string, unknown>[];
  /** How the bot answers a press, after a moment. */
  answer: { text?: string; showAlert?: boolean; delay?: number };
  /** Texts that are offered when the page loads its state. */
  suggestions: readonly string[];
  /** What is wrong with plugins when the page loads its state. */
  problems: readonly string[];
  /** What fails for now with status 503: nothing, the state alone, or everything that is not a file of the page. */
  broken: "nothing" | "state" | "everything";
  /** Pictures are sent once this is done. */
  pictures: Promise<void>;
  /** Lets the bot post a message (`chat` is the id of the chat). */
  post(chat: number, fields: Record<string, unknown>): StubMessage;
  edit(message: StubMessage, fields: Record<string, unknown>): void;
  remove(message: StubMessage): void;
  /** Forgets all messages and counts from one again, as a new start would. */
  forget(): void;
  event(event: Record<string, unknown>): void;
  /** Breaks the event streams, as a restart would. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts the stub on a free port of the loopback. */
export async function startPageStub(): Promise<PageStub> {
  const messages = new Map<number, StubMessage>();
  const streams = new Set<ServerResponse>();
  const received: Record<string, unknown>[] = [];
  let next = 1;

  const event = (data: Record<string, unknown>): void => {
    for (const stream of streams) stream.write(`data: ${JSON.stringify(data)}\n\n`);
  };
  const put = (chat: number, from: object, fields: Record<string, unknown>): StubMessage => {
    const message: StubMessage = {
      message_id: next,
      from,
      date: Math.floor(Date.now() / 1000),
      ...fields,
      chat: { id: chat },
    };
    next += 1;
    messages.set(message.message_id, message);
    event({ type: "message", message });
    return message;
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((failure: unknown) => response.writeHead(500).end(String(failure)));
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://stub");
    const json = (value: unknown): void => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    const state = pathname === "/api/state";
    if (stub.broken === "everything" ? pathname.startsWith("/api/") : state && stub.broken === "state") {
      response.writeHead(503).end();
    } else if (state) {
      const note = "Sample catalogue: a dozen titles shipped with the project.";
      const { suggestions, problems } = stub;
      json({ bot: BOT, users: USERS, chats: CHATS, messages: [...messages.values()], suggestions, note, problems });
    } else if (pathname === "/api/events") {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("\n");
      streams.add(response);
      response.on("close", () => streams.delete(response));
    } else if (pathname === "/api/commands") {
      const commands = [
        "mdl Search MyDramaList",
        "mdlurl Card for a MyDramaList link",
        "imdb Search IMDb",
        "help What I can do",
      ];
      json({
        commands: commands.map((line) => ({
          command: line.split(" ")[0],
          description: line.slice(line.indexOf(" ") + 1),
        })),
      });
    } else if (pathname === "/api/send") {
      const body = await bodyOf(request);
      received.push({ kind: "send", ...body });
      const from = USERS.find(({ id }) => id === body.userId) ?? BOT;
      const replied = messages.get(Number(body.replyTo));
      json({
        message: put(Number(body.chatId), from, { text: body.text, ...(replied && { reply_to_message: replied }) }),
      });
    } else if (pathname === "/api/press") {
      received.push({ kind: "press", ...(await bodyOf(request)) });
      setTimeout(() => json(stub.answer), stub.answer.delay ?? 150);
    } else if (pathname.startsWith("/api/files/")) {
      const title = decodeURIComponent(pathname.slice("/api/files/".length));
      await stub.pictures;
      if (title === "gone") response.writeHead(404).end();
      else response.writeHead(200, { "content-type": "image/png" }).end(drawPoster(title));
    } else {
      const name = pathname === "/" ? "index.html" : pathname.slice(1);
      const file = await readFile(new URL(name, PAGE)).catch(() => undefined);
      response
        .writeHead(file ? 200 : 404, { "content-type": TYPES[name.split(".").at(-1) ?? ""] ?? "text/plain" })
        .end(file);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server listening on a TCP port has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const stub: PageStub = {
    url: `http://127.0.0.1:${port}/`,
    received,
    answer: {},
    suggestions: ["/mdl sweet home", "/imdb matrix", "crash landing"],
    problems: [],
    broken: "nothing",
    pictures: Promise.resolve(),
    post: (chat, fields) => put(chat, BOT, fields),
    edit: (message, fields) => {
      const edited = { ...message, ...fields, edit_date: Math.floor(Date.now() / 1000) };
      messages.set(message.message_id, edited);
      event({ type: "edited", message: edited });
    },
    remove: (message) => {
      messages.delete(message.message_id);
      event({ type: "deleted", chatId: message.chat.id, messageId: message.message_id });
    },
    forget: () => {
      messages.clear();
      next = 1;
    },
    event,
    cut: () => {
      for (const stream of streams) stream.destroy();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stub;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const piece of request) text += String(piece);
  // The page's own requests are JSON objects.
  return JSON.parse(text) as Record<string, unknown>;
}
