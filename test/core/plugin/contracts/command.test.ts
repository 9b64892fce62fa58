import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, type CommandCall, commandContract } from "../../../../core/plugin/index.ts";
import { broken, deadline, never, report } from "./broken.ts";

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const goodCommand: Command = {
  name: "echo",
  description: "Says it again",
  run: ({ argument, repliedText, user, reply }) => reply(`${escaped(`${user.name}: ${argument || repliedText}`)}`),
};
const commandCases = (part: Partial<Command>) =>
  commandContract({ ...goodCommand, ...part }, { id: 5_000_000_001, name: "Ann", isOwner: true }, { deadline });

const ANSWERS = "answers, whatever stands behind the command";
const GROUP = "answers in a group, and in reply to whatever was said there";
const ESCAPES = "escapes what it repeats";
const ENDS = "ends when its signal aborts, and when a reply is refused";
const run = (body: (call: CommandCall) => Promise<void>): Partial<Command> => ({ run: body });

test("a good command breaks no rule", async () => {
  assert.deepEqual(await broken(commandCases({})), []);
});

for (const [what, part, rule] of [
  ["has capitals in its name", { name: "Echo" }, "is well formed"],
  ["has no description", { description: "" }, "is well formed"],
  ["has a mistyped key", { audence: "owner" } as Partial<Command>, "has no mistyped key"],
  ["says nothing", run(async () => undefined), ANSWERS],
  ["says nothing to see", run((call) => call.reply("<b>\u200b</b>")), ANSWERS],
  [
    "says nothing without an argument",
    run(async (call) => {
      if (call.argument) await goodCommand.run(call);
    }),
    ANSWERS,
  ],
  [
    "throws on rubbish",
    run((call) => {
      decodeURIComponent(call.argument);
      return goodCommand.run(call);
    }),
    ANSWERS,
  ],
  ["never ends", run(never), ANSWERS],
  [
    "is silent in groups",
    run(async (call) => {
      if (call.chat.isPrivate) await goodCommand.run(call);
    }),
    GROUP,
  ],
  [
    "throws on what is replied to",
    run((call) => {
      decodeURIComponent(call.repliedText ?? "");
      return goodCommand.run(call);
    }),
    GROUP,
  ],
  ["repeats an argument as it is", run((call) => call.reply(`You typed ${call.argument}.`)), ESCAPES],
  ["repeats what is replied to as it is", run((call) => call.reply(`About ${call.repliedText}.`)), ESCAPES],
  ["repeats a name as it is", run((call) => call.reply(`Hello ${call.user.name}.`)), ESCAPES],
] as const satisfies readonly (readonly [string, Partial<Command>, string])[]) {
  test(`a command that ${what} is found out`, async () => {
    const rules = await broken(commandCases(part));
    assert.ok(rules.includes(rule), report(rules));
  });
}

test("a command that tries again for ever when a reply is refused is found out", async () => {
  let found = false;
  const insist = async (call: CommandCall): Promise<void> => {
    try {
      await call.reply("x");
    } catch {
      await new Promise(setImmediate);
      if (!found) await insist(call);
    }
  };
  const rules = await broken(commandCases(run(insist)));
  found = true;
  assert.deepEqual(rules, [ENDS]);
});

test("a command may give up with what its reply was refused with, and with no other error", async () => {
  const replies = (refused: (cause: unknown) => void) =>
    run(async (call) => {
      try {
        await goodCommand.run(call);
      } catch (cause) {
        refused(cause);
      }
    });
  const passesOn = replies((cause) => {
    throw new Error("nobody was told", { cause });
  });
  assert.deepEqual(await broken(commandCases(passesOn)), []);
  assert.deepEqual(await broken(commandCases(replies(() => undefined))), []);
  const breaks = replies(() => {
    throw new TypeError("cannot read properties of undefined");
  });
  assert.deepEqual(await broken(commandCases(breaks)), [ENDS]);
});
