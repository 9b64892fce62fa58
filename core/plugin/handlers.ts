import { BotError } from "../domain/errors.ts";
import type { CommandCall } from "./command.ts";
import type { HandlerWatch, Watch } from "./condition.ts";
import { blameless } from "./fault.ts";
import type { FormatRequest } from "./formatter.ts";
import { markGenuine } from "./genuine.ts";
import { readHits } from "./hits.ts";
import type { SourceCall } from "./source.ts";
import { type Assert, assertShown, assertText, ifAny, wrongForm } from "./wanted.ts";

/** A method of an item, as it is called. */
export type Method = (...args: readonly unknown[]) => unknown;

/**
 * After how many ms a call that has not come to its end counts as failed: some time after whoever called has told
 * it to give up by its signal.
 */
const LIMITS = { lookup: 40_000, command: 70_000, formatter: 4_000, health: 15_000 } as const;

/** A method whose calls are watched until they come to their end. */
export interface Handler {
  readonly name: string;
  /** How a call with these arguments is watched, and made. */
  begin(args: readonly unknown[]): Begun;
}

/** One call of a handler. */
interface Begun {
  readonly rules: Watch;
  /** What the call is made with. */
  readonly args: readonly unknown[];
  /** Looks at what it gave: throws at what is of a wrong form, and tells of what is odd. */
  readonly end?: ((given: unknown, watch: HandlerWatch) => void) | undefined;
}

/** A handler that answers at once, and without whose answer its caller goes on. */
export interface Immediate {
  readonly name: string;
  /** Throws when what it gave is of a wrong form. */
  assert(given: unknown): void;
}

/** By the method's name. */
export type Handlers = Readonly<Record<string, Handler | Immediate>>;

/** Says which of an item's methods are handlers, by extension point; the core calls them with these arguments. */
export const handlers: Readonly<Record<string, (item: Record<string, unknown>) => Handlers>> = {
  sources(item) {
    const command = String(item.command);
    const lookup = (name: string, end: Begun["end"]): Handler => ({
      name: `${name} of /${command}`,
      begin: (args) => ({
        rules: { limit: LIMITS.lookup, signal: (args[1] as SourceCall | undefined)?.signal },
        args,
        end,
      }),
    });
    const atOnce = (name: string, assert: Assert): Immediate => {
      const what = `${name}() of source "${command}"`;
      return { name: `${name} of /${command}`, assert: (given) => assert(given, what) };
    };
    return {
      search: lookup("search", (given, watch) => {
        const { problem } = readHits(given, `search() of source "${command}"`);
        if (problem !== undefined) watch.remark(`gave ${problem}`);
      }),
      details: lookup("details", (given) => {
        if (given === undefined || given === null) return;
        if ((item.isRecord as Method).call(item, given)) return markGenuine(given);
        throw new BotError(
          "plugin.failed",
          `details() of source "${command}" gave what its isRecord() does not take for a record.`,
        );
      }),
      matchUrl: atOnce("matchUrl", ifAny(assertLink)),
      matchId: atOnce("matchId", ifAny(assertText)),
      matchLegacyCallback: atOnce("matchLegacyCallback", ifAny(assertText)),
      defaultTemplate: atOnce("defaultTemplate", assertText),
      isRecord: atOnce("isRecord", assertAtOnce),
      title: atOnce("title", assertShown),
      url: atOnce("url", assertText),
      poster: atOnce("poster", ifAny(assertText)),
    };
  },
  commands({ name }) {
    const run: Handler = {
      name: `command /${String(name)}`,
      begin([given]) {
        const call = given as CommandCall;
        let replied = false;
        const reply: CommandCall["reply"] = async (html) => {
          replied = true;
          if (typeof html !== "string")
            throw wrongForm(html, { what: `Command /${String(name)}`, wanted: "text for its reply" });
          return blameless(() => call.reply(html));
        };
        return {
          rules: { limit: LIMITS.command, signal: call.signal },
          args: [{ ...call, reply }],
          end(_given, watch) {
            if (!replied && !call.signal.aborted) watch.remark("gave no reply");
          },
        };
      },
    };
    return { run };
  },
  formatters({ name }) {
    const format: Handler = {
      name: `formatter ${String(name)}`,
      begin(args) {
        const { record, signal } = args[0] as FormatRequest;
        markGenuine(record);
        const end: Begun["end"] = (given) => ifAny(assertText)(given, `Formatter "${String(name)}"`);
        return { rules: { limit: LIMITS.formatter, signal }, args, end };
      },
    };
    return { format };
  },
  health({ name }) {
    const check: Handler = {
      name: `health check ${String(name)}`,
      begin: (args) => ({ rules: { limit: LIMITS.health, signal: args[0] as AbortSignal, mayReject: true }, args }),
    };
    return { check };
  },
};

/** The handlers of one field of a source. */
export function fieldHandlers({ name }: Record<string, unknown>, { command }: Record<string, unknown>): Handlers {
  const what = `Field "${String(name)}" of source "${String(command)}"`;
  const assert = ifAny(assertShown);
  return { value: { name: `field ${String(name)} of /${String(command)}`, assert: (given) => assert(given, what) } };
}

/** Refuses what tells nothing of a link. */
function assertLink(given: unknown, what: string): void {
  const { kind, id } = given as { readonly kind?: unknown; readonly id?: unknown };
  if (kind === "other" || (kind === "title" && typeof id === "string" && id !== "")) return;
  throw wrongForm(given, { what, wanted: '{ kind: "title", id }, { kind: "other" } or undefined' });
}

/** Refuses a promise, which would be true whatever comes of it. */
function assertAtOnce(given: unknown, what: string): void {
  if (given instanceof Promise) throw wrongForm(given, { what, wanted: "true or false" });
}
