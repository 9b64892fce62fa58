import type { Update, Updates } from "./updates.ts";
import { createPost, type Failure } from "./webhook-post.ts";

/** What setWebhook was asked. */
export interface WebhookSettings {
  readonly url: string;
  /** "" for none. */
  readonly secret: string;
  /** Posts at once. */
  readonly connections: number;
}

/** Sends updates to the bot's webhook, while one is set. */
export interface Webhook {
  readonly settings: WebhookSettings | undefined;
  /** What went wrong last, at which time in seconds since 1970. */
  readonly failure: { readonly at: number; readonly message: string } | undefined;
  /** Takes the place of an earlier one; `undefined` for none. What was under way is sent again. */
  set(settings: WebhookSettings | undefined): void;
  dispose(): void;
}

export interface WebhookOptions {
  readonly updates: Updates;
  /** ms since 1970. */
  readonly now: () => number;
  /** How long a second takes, in ms. */
  readonly second: number;
}

/** Seconds after which a bot that takes nothing is tried by one connection alone, and how often that is opened. */
const QUIET = 10;
const QUIET_PAUSE = 2;
/** Pauses between tries end growing somewhere between this and twice as much, in seconds. */
const LONGEST_PAUSE = 60;
/** Longest pause a bot can ask for (Retry-After), in seconds. */
const LONGEST_ASKED = 3_600;

/** Updates that are sent one after the other: each waits until the one before it was taken. */
interface Line {
  readonly waiting: Update[];
  failures: number;
  /** Seconds. */
  pause: number;
}

/**
 * Messages of a chat stand in one line, a person's presses in another, whatever chat they were made in; nothing else
 * orders updates (as the Bot API server's own source has it).
 */
function lineOf(update: Update): string {
  const message = update.message as { readonly chat: { readonly id: number } } | undefined; // made by this program
  const press = update.callback_query as { readonly from: { readonly id: number } } | undefined;
  return message ? `chat ${message.chat.id}` : `presses of ${press?.from.id}`;
}

function isSame(one: WebhookSettings, other: WebhookSettings): boolean {
  return one.url === other.url && one.secret === other.secret && one.connections === other.connections;
}

/**
 * Delivers as the Bot API server does: lines side by side, over as many connections as are allowed; what is not
 * answered with 2xx is tried again at once, then after 2, 4, 8 … seconds, or when the bot asks for it.
 */
export function createWebhook({ updates, now, second }: WebhookOptions): Webhook {
  let settings: WebhookSettings | undefined;
  let failure: Webhook["failure"];
  let life = new AbortController();
  let lines = new Map<string, Line>();
  let ready: Line[] = [];
  let loaded = 0;
  let loadedUpTo = 0;
  let posts = 0;
  let lastSuccess = Number.NEGATIVE_INFINITY;
  let connectAt = 0;
  let waking = false;

  const clock = () => performance.now() / second;
  const timers = new Set<NodeJS.Timeout>();
  const later = (seconds: number, then: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      then();
    }, seconds * second);
    timers.add(timer);
  };

  const load = (connections: number) => {
    for (const update of updates.after(loadedUpTo, connections * 2 - loaded)) {
      loadedUpTo = update.update_id;
      loaded++;
      const key = lineOf(update);
      const line = lines.get(key) ?? { waiting: [], failures: 0, pause: 1 };
      if (line.waiting.push(update) === 1) ready.push(line);
      lines.set(key, line);
    }
  };

  const taken = (line: Line, update: Update) => {
    lastSuccess = clock();
    updates.confirm(update.update_id);
    loaded--;
    line.waiting.shift();
    line.failures = 0;
    line.pause = 1;
    if (line.waiting.length > 0) ready.push(line);
    else lines.delete(lineOf(update));
  };

  const failed = (line: Line, { message, retryAfter, connected }: Failure) => {
    failure = { at: Math.floor(now() / 1000), message };
    if (!connected) connectAt = clock() + QUIET_PAUSE;
    let pause = Math.min(retryAfter, LONGEST_ASKED);
    if (pause <= 0 && line.failures > 0) {
      line.pause = Math.min(LONGEST_PAUSE * (1 + Math.random()), line.pause * 2);
      pause = line.pause;
    }
    line.failures++;
    later(pause, () => {
      ready.push(line);
      send();
    });
  };

  const wakeAt = (time: number) => {
    if (waking) return;
    waking = true;
    later(time - clock(), () => {
      waking = false;
      send();
    });
  };

  const send = () => {
    if (!settings) return;
    const { signal } = life;
    load(settings.connections);
    const quiet = clock() - lastSuccess > QUIET;
    if (quiet && clock() < connectAt) {
      wakeAt(connectAt);
      return;
    }
    const most = quiet ? 1 : settings.connections;
    const post = createPost({ ...settings, timeout: LONGEST_PAUSE * second, signal });
    while (posts < most) {
      const line = ready.shift();
      const update = line?.waiting[0];
      if (!line || !update) return;
      posts++;
      void post(update).then((outcome) => {
        // Another webhook was set meanwhile; it begins anew.
        if (signal.aborted) return;
        posts--;
        if (outcome) failed(line, outcome);
        else taken(line, update);
        send();
      });
    }
  };

  const end = () => {
    life.abort();
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    waking = false;
    updates.listen(undefined);
    settings = undefined;
  };

  return {
    get settings() {
      return settings;
    },
    get failure() {
      return failure;
    },
    set(wanted) {
      if (wanted && settings && isSame(wanted, settings)) return;
      end();
      failure = undefined;
      if (!wanted) return;
      settings = wanted;
      life = new AbortController();
      lines = new Map();
      ready = [];
      loaded = 0;
      loadedUpTo = 0;
      posts = 0;
      connectAt = 0;
      lastSuccess = Number.NEGATIVE_INFINITY;
      updates.listen(send);
      send();
    },
    dispose: end,
  };
}
