import { serve } from "../platform/serve.ts";
import { createBotApi, type RecordedCall } from "./bot-api.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createPageApi } from "./page-api.ts";
import type { Person } from "./protocol.ts";
import { createWorld, type Group, type World } from "./world.ts";

export interface PlaygroundOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  readonly token?: string;
  /** The first is the bot's owner. */
  readonly users?: readonly Person[];
  /** Groups that everybody is in. Default: one without topics. */
  readonly groups?: readonly Group[];
  /** Where the bot's data comes from, said on the page. */
  readonly note?: string;
  /** Calls kept for tests. Default 10,000. */
  readonly calls?: number;
  /** How long a second takes for webhooks' pauses and deadlines, in ms. Default 1,000. */
  readonly webhookSecond?: number;
  /** ms since 1970; for messages, queries and calls. Default: the system's. */
  now?(): number;
}

type Fetch = (request: Request) => Response | Promise<Response>;

/** A Bot API server with a chat page, on loopback. */
export interface Playground {
  /** The chat page, without a slash at the end. */
  readonly url: string;
  /** For the bot's `TELEGRAM_API_ROOT`. */
  readonly apiRoot: string;
  readonly token: string;
  readonly world: World;
  readonly users: readonly { readonly id: number; readonly name: string }[];
  /** The bot's calls, oldest first, but for `getUpdates`. */
  readonly calls: readonly RecordedCall[];
  readonly faults: Faults;
  /** Resolves with the first call, made before or after, that fits. */
  waitFor(fits: (call: RecordedCall) => boolean, options?: { readonly timeout?: number }): Promise<RecordedCall>;
  /** Serves everything below a path, e.g. sample upstreams. */
  mount(path: string, handler: Fetch): void;
  /** Offers texts worth sending. */
  suggest(texts: readonly string[]): void;
  /** Shows on the page what is wrong with plugins, a line each, in the place of what was told before. */
  tellProblems(lines: readonly string[]): void;
  dispose(): Promise<void>;
}

const people: readonly Person[] = [
  { id: 5_000_000_001, is_bot: false, first_name: "Mina", last_name: "Park", username: "mina_park" },
  { id: 5_000_000_002, is_bot: false, first_name: "Jonas", last_name: "Berg", username: "jonas_berg" },
  { id: 5_000_000_003, is_bot: false, first_name: "Layla", username: "layla_s" },
];

const club: Group = { id: -1_001, title: "Drama club" };

/** Starts the server. */
export async function createPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const {
    token = "1000000001:AAPlaygroundPlaygroundPlayground0000",
    users = people,
    groups = [club],
    note = "",
    calls: kept = 10_000,
  } = options;
  const bot: Person = {
    id: Number(token.split(":")[0]),
    is_bot: true,
    first_name: "Dramabot",
    username: "dramabot_playground_bot",
  };
  const world = createWorld({
    bot,
    users,
    groups,
    now: options.now ?? Date.now,
    ...(options.webhookSecond === undefined ? {} : { webhookSecond: options.webhookSecond }),
  });
  const faults = createFaults();
  const calls: RecordedCall[] = [];
  const waiting = new Set<{ tell(call: RecordedCall): void; end(): void }>();
  const mounts = new Map<string, Fetch>();
  const suggestions: string[] = [];

  const botApi = createBotApi({
    world,
    token,
    faults,
    onCall(call) {
      if (call.method.toLowerCase() === "getupdates") return;
      calls.push(call);
      // Cut in steps, so that most calls cost no shift of the whole list.
      if (calls.length > kept * 1.5) calls.splice(0, calls.length - kept);
      for (const { tell } of waiting) tell(call);
    },
  });
  let problems: readonly string[] = [];
  const pageApi = createPageApi({ world, note, problems: () => problems, suggestions: () => suggestions });

  const handler: Fetch = async (request) => {
    const url = new URL(request.url);
    for (const [path, mounted] of mounts) {
      if (url.pathname === path || url.pathname.startsWith(`${path}/`)) {
        url.pathname = url.pathname.slice(path.length) || "/";
        // One by one: Deno takes no request that another library made for a request.
        const { method, headers, body, signal } = request;
        const init: RequestInit & { duplex: "half" } = { method, headers, body, signal, duplex: "half" };
        return mounted(new Request(url, init));
      }
    }
    return (
      (await botApi(request, url)) ?? (await pageApi(request, url)) ?? new Response("Not found.\n", { status: 404 })
    );
  };
  const listener = await serve(handler, { host: options.host ?? "127.0.0.1", port: options.port ?? 0 });

  return {
    url: listener.url,
    apiRoot: listener.url,
    token,
    world,
    users: users.map(({ id, first_name, last_name }) => ({
      id,
      name: last_name ? `${first_name} ${last_name}` : first_name,
    })),
    calls,
    faults,
    async waitFor(fits, { timeout = 5_000 } = {}) {
      const seen = calls.find(fits);
      if (seen) return seen;
      const { promise, resolve, reject } = Promise.withResolvers<RecordedCall>();
      const waiter = {
        tell: (call: RecordedCall) => {
          if (fits(call)) resolve(call);
        },
        end: () => reject(new Error("The playground was closed before such a call.")),
      };
      waiting.add(waiter);
      const late = () => {
        const there = calls.map(({ method }) => method).join(", ");
        reject(new Error(`No such call within ${timeout} ms; there were: ${there}`));
      };
      const timer = setTimeout(late, timeout);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(waiter);
      }
    },
    mount: (path, mounted) => void mounts.set(path, mounted),
    suggest: (texts) => void suggestions.push(...texts.filter((text) => !suggestions.includes(text))),
    tellProblems(lines) {
      problems = lines;
      world.emit({ type: "problems", problems });
    },
    async dispose() {
      for (const { end } of waiting) end();
      world.dispose();
      await listener.dispose();
    },
  };
}
