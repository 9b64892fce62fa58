import { BotError, errorCode } from "../domain/errors.ts";
import { type Breaker, type BreakerRules, createBreaker } from "./breaker.ts";
import { type FaultOptions, isOwnFault } from "./fault.ts";
import { isGenuine } from "./genuine.ts";
import { asError, soundly } from "./thrown.ts";

/** A failure that a plugin itself is to blame for. */
export interface PluginFailure {
  /** e.g. `command /hello`, `search of /mdl`. */
  readonly handler: string;
  /** An error code; `plugin.failed` for what has none. */
  readonly code: string;
  /** On one line, without secrets. */
  readonly reason: string;
  /** Of the update or lookup it happened in. */
  readonly correlationId?: string;
}

export interface ConditionOptions {
  readonly rules?: BreakerRules | undefined;
  /** Makes an error fit to be shown: one line, without secrets. */
  describe(error: unknown): string;
  correlationId?(): string | undefined;
  /** Calls the plugin's code, so that what it starts counts as its own. */
  run?<T>(work: () => T): T;
  /** Whether another plugin makes the running call. Default: never. */
  isForeign?(): boolean;
  /** Told of whatever a call throws, whoever is to blame. */
  onThrown?(error: Error): void;
  /** Told of what a call threw whose caller goes on without an answer, so that nobody else tells of it. */
  onPassedOver?(handler: string, error: Error): void;
  /** Told of an outcome that is odd, and no failure. */
  onRemark?(handler: string, what: string): void;
  /** Told of every failure. */
  onFailure(failure: PluginFailure): void;
  /** Told when the plugin begins to ail, with the failure that did it, and when it is well again, with nothing. */
  onChange(failure: PluginFailure | undefined): void;
  /** Told when the plugin has to be switched off. */
  onTrip(failure: PluginFailure): void;
}

/** How one call is watched. */
export interface Watch extends FaultOptions {
  /** After how many ms a call that has not come to its end counts as failed; it goes on all the same. */
  readonly limit: number;
}

/** Counts how the calls of one handler end. */
export interface HandlerWatch {
  /** Passes the call's outcome on; what it throws, as an error that is fit to be looked at. */
  call<T>(work: () => T | Promise<T>, watch: Watch): Promise<T>;
  /**
   * Makes the watched form of a method that answers at once, and whose caller goes on without an answer: what it throws,
   * and throws on, is told of here. It makes the plugin ail, and never switches it off: a card that lacks a line is better than
   * none. What another plugin calls it with
   * is that one's matter, unless it is a record as the source made it. A card takes dozens of these calls: whose is what they
   * start is not kept, which would cost most.
   *
   * @param assert throws when what it gave is of a wrong form.
   */
  immediate(method: (given: unknown) => unknown, assert: (answer: unknown) => void): (given: unknown) => unknown;
  /** Tells of an outcome that is odd, and no failure, such as `gave no reply`. */
  remark(what: string): void;
  /**
   * Counts a failure that no call told of.
   *
   * @param options `always`: whether it counts whoever is to blame; default: only when the plugin itself is.
   */
  failed(error: unknown, options?: { readonly always?: boolean }): void;
  /** The handler is gone: it ails no more. */
  forget(): void;
}

/** How a plugin is, by its handlers. */
export interface Condition {
  handler(name: string): HandlerWatch;
  /** The latest failure of a handler that ails. */
  readonly ailment: PluginFailure | undefined;
}

/** By whose condition an error was counted that its caller goes on without: another's call that ends with it did not fail. */
const counted = new WeakMap<Error, ConditionOptions>();

/** Makes what watches one plugin's handlers, each on its own: one that works hides none that fails. */
export function createCondition(options: ConditionOptions): Condition {
  const ailing = new Map<object, PluginFailure>();
  const latest = () => [...ailing.values()].at(-1);

  const recover = (key: object) => {
    if (ailing.delete(key)) options.onChange(latest());
  };

  const watch = (name: string, breaker: Breaker): HandlerWatch => {
    const key = {};
    const fail = (error: unknown, { mayTrip = true } = {}) => {
      const correlationId = options.correlationId?.();
      const failure: PluginFailure = {
        handler: name,
        code: errorCode(error) ?? "plugin.failed",
        reason: options.describe(error),
        ...(correlationId === undefined ? {} : { correlationId }),
      };
      options.onFailure(failure);
      const verdict = breaker.failed();
      if (verdict === "tripped" && mayTrip) options.onTrip(failure);
      else if (verdict !== "well") {
        const begins = !ailing.has(key);
        ailing.set(key, failure);
        if (begins) options.onChange(failure);
      }
    };
    const isOthers = (error: Error) => (counted.get(error) ?? options) !== options;
    return {
      forget: () => recover(key),
      remark: (what) => options.onRemark?.(name, what),
      immediate: (method, assert) => (given) => {
        try {
          const answer = method(given);
          assert(answer);
          breaker.succeeded();
          if (ailing.size > 0) recover(key);
          return answer;
        } catch (thrown) {
          const error = asError(soundly(thrown));
          if (!isOthers(error) && (isGenuine(given) || !options.isForeign?.())) {
            options.onThrown?.(error);
            if (isOwnFault(error)) fail(error, { mayTrip: false });
            options.onPassedOver?.(name, error);
            counted.set(error, options);
          }
          throw error;
        }
      },
      failed(error, { always = false } = {}) {
        if (always || isOwnFault(error)) fail(error);
      },
      async call(work, { limit, ...fault }) {
        let isLate = false;
        const late = () => {
          isLate = true;
          fail(new BotError("plugin.timeout", `It did not come to its end within ${limit / 1000} s.`));
        };
        const timer = setTimeout(late, limit).unref();
        try {
          const result = await (options.run ? options.run(work) : work());
          if (!isLate) {
            breaker.succeeded();
            recover(key);
          }
          return result;
        } catch (thrown) {
          const error = asError(soundly(thrown));
          if (isOthers(error)) throw error;
          options.onThrown?.(error);
          if (!isLate && isOwnFault(error, fault)) fail(error);
          throw error;
        } finally {
          clearTimeout(timer);
        }
      },
    };
  };

  return {
    handler: (name) => watch(name, createBreaker(options.rules)),
    get ailment() {
      return latest();
    },
  };
}
