import assert from "node:assert/strict";
import type { Command, CommandCall } from "../command.ts";
import {
  assertVisible,
  type ContractCase,
  type ContractOptions,
  endsWhenAborted,
  hasNoMistypedKey,
  isAdmitted,
  keysOf,
  rubbish,
  settled,
} from "./case.ts";

const KEYS = keysOf<Command>({ name: true, description: true, audience: true, run: true });

/** Stands behind a command; when it is repeated, it must be escaped. */
const MARK = "<x&y>";

/** Rules every {@link Command} keeps. */
export function commandContract(
  command: Command,
  user: CommandCall["user"],
  { deadline = 20_000 }: ContractOptions = {},
): readonly ContractCase[] {
  const call = (given: Partial<CommandCall>): CommandCall => ({
    user,
    chat: { id: user.id, isPrivate: true },
    argument: "",
    signal: new AbortController().signal,
    reply: async () => undefined,
    ...given,
  });
  const replies = async (given: Partial<CommandCall>): Promise<readonly string[]> => {
    const made: string[] = [];
    const reply = async (html: string) => void made.push(html);
    const about = `run() with ${JSON.stringify((given.argument ?? "").slice(0, 20))}`;
    await settled(about, deadline, () => command.run(call({ ...given, reply })));
    assert.ok(made.length > 0, `${about} gave no reply`);
    for (const html of made) assertVisible(html, about);
    return made;
  };
  return [
    isAdmitted("commands", command),
    hasNoMistypedKey(command, { known: KEYS, of: "a command" }),
    {
      name: "answers, whatever stands behind the command",
      async run() {
        for (const argument of rubbish) await replies({ argument });
      },
    },
    {
      name: "answers in a group, and in reply to whatever was said there",
      async run() {
        const chat = { id: -1_001_234_567_890, isPrivate: false };
        await replies({ chat });
        for (const repliedText of rubbish) await replies({ chat, repliedText });
      },
    },
    {
      name: "escapes what it repeats",
      async run() {
        const named = { ...user, name: `${user.name} ${MARK}` };
        for (const given of [{ argument: MARK }, { repliedText: MARK }, { user: named }]) {
          for (const html of await replies(given))
            assert.ok(!html.includes(MARK), `what people typed stands in the reply as it is: ${html}`);
        }
      },
    },
    {
      name: "ends when its signal aborts, and when a reply is refused",
      async run() {
        await endsWhenAborted("run()", deadline, (signal) => command.run(call({ signal })));
        const refusal = new Error("Forbidden: bot was blocked by the user");
        const reply = () => Promise.reject(refusal);
        try {
          await settled("run()", deadline, () => command.run(call({ reply })));
        } catch (error) {
          // It may give up with what its reply was refused with; any other error, a late end among them, breaks the rule.
          if (!isBecauseOf(error, refusal)) throw error;
        }
      },
    },
  ];
}

/** Whether an error is another one, or was made with it as its cause. */
function isBecauseOf(error: unknown, other: Error): boolean {
  return error === other || (error instanceof Error && error.cause === other);
}
