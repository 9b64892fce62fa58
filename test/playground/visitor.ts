import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import type { Message, State } from "../../core/playground/protocol.ts";
import { program } from "../program.ts";

/** Somebody at the playground's page. */
export interface Visitor {
  state(): Promise<State>;
  /** Sends a text in private; resolves to the first message of the bot that a condition holds for. */
  ask(text: string, isAnswer: (message: Message) => boolean): Promise<Message>;
  /** Sends a text in private and waits for nothing. */
  send(text: string): Promise<void>;
  /** Does something; resolves to the first message of the bot from then on that a condition holds for. */
  after(act: () => void, isAnswer: (message: Message) => boolean): Promise<Message>;
  /** Presses a button; resolves likewise. */
  press(message: Message, data: string, isAnswer: (message: Message) => boolean): Promise<Message>;
}

/** Starts the program's own playground in a folder; SIGTERM ends it after the test. */
export async function visitPlayground(
  t: TestContext,
  { cwd, env, words = [] }: { cwd: string; env: Readonly<Record<string, string>>; words?: readonly string[] },
): Promise<Visitor> {
  const [command, start] = program("playground", ...words);
  const child = spawn(command, start, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  t.after(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /^Playground: (http:\S+)\/$/.exec(line)?.[1];
    if (url) break;
  }
  assert.ok(url, "the playground ended without printing its URL");
  const state = async () => (await (await fetch(`${url}/api/state`)).json()) as State; // the page's own protocol
  const answer = async (act: () => unknown, isAnswer: (message: Message) => boolean): Promise<Message> => {
    const events = await fetch(`${url}/api/events`, { signal: AbortSignal.timeout(30_000) });
    await act();
    // Each piece of the stream says that something happened.
    for await (const _ of events.body ?? []) {
      const { messages, bot } = await state();
      const found = messages.findLast((message) => message.from?.id === bot.id && isAnswer(message));
      if (found) return found;
    }
    throw new Error("no answer came");
  };
  const post = async (path: string, body: object) => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const acted = await fetch(`${url}${path}`, init);
    assert.equal(acted.status, 200, await acted.text());
  };
  const userId = (await state()).users[0]?.id ?? 0;
  return {
    state,
    after: answer,
    send: (text) => post("/api/send", { chatId: userId, userId, text }),
    ask: (text, isAnswer) => answer(() => post("/api/send", { chatId: userId, userId, text }), isAnswer),
    press: ({ message_id: messageId }, data, isAnswer) =>
      answer(() => post("/api/press", { chatId: userId, userId, messageId, data }), isAnswer),
  };
}
