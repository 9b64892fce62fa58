import { getSystemErrorName } from "node:util";
import { type ErrorCode, errorCode, errorCodes } from "../domain/errors.ts";
import { redact } from "../telemetry/redact.ts";
import { forTerminal, oneTerminalLine } from "./terminal.ts";

/** sysexits.h: EX_CONFIG. A supervisor does not try again. */
const EX_CONFIG = 78;

const fatalForGood: ReadonlySet<ErrorCode> = new Set([
  "config.invalid",
  "data.locked",
  "store.corrupt",
  "store.newer",
  "telegram.unauthorized",
]);

/** What to do about errors of the operating system. */
const advice: Readonly<Record<string, string>> = {
  EADDRINUSE: "Another program listens there. Stop it, or choose another port.",
  EADDRNOTAVAIL: "This machine has no such address. Choose another one to listen on.",
  EACCES: "Check the rights of the user who runs this.",
  EPERM: "Check the rights of the user who runs this.",
  ENAMETOOLONG: "Choose a shorter path.",
  ENOENT: "Check the path.",
  ENOTDIR: "Check the path.",
  ENOSPC: "Make room on the disk.",
  EROFS: "Choose a place that may be written to.",
  EMFILE: "Raise the limit of open files (ulimit -n).",
};

/** What is said of a failure, and the status the program ends with. */
export interface FailureReport {
  /** With a line feed at the end; one line, but for the problems of a configuration. */
  readonly text: string;
  readonly exitCode: number;
}

/**
 * Says what went wrong in one line, with its code and what to try, and without secrets.
 *
 * @param stack whether to show where it happened (`LOG_LEVEL=DEBUG`).
 */
export function describeFailure(error: unknown, { stack }: { readonly stack: boolean }): FailureReport {
  const code = errorCode(error);
  const trace = stack && error instanceof Error ? `${causesOf(error)}\n` : "";
  const forGood = (code !== undefined && fatalForGood.has(code)) || refusedByDeno(error) !== undefined;
  const exitCode = forGood ? EX_CONFIG : 1;
  return { text: withoutSecrets(`${line(error, code)}\n${trace}`), exitCode };
}

/** Each line by itself, because a text that is too long for a log is cut. */
function withoutSecrets(text: string): string {
  return forTerminal(text).split("\n").map(redact).join("\n");
}

function line(error: unknown, code: ErrorCode | undefined): string {
  const message = messageOf(error);
  const refused = refusedByDeno(error);
  if (refused !== undefined)
    return `error (denied): ${oneTerminalLine(`Deno refuses it: ${sentence(refused)}`)} "deno task" gives the program all it needs.`;
  if (code === "config.invalid") return `error (${code}): ${message}`;
  if (code !== undefined) {
    const terse = /^(?:http|worker)\.|^(?:lookup\.timeout|telegram\.unreachable)$/.test(code);
    return `error (${code}): ${oneTerminalLine(terse ? `${sentence(message)} ${errorCodes[code]}` : message)}`;
  }
  const system = systemCode(error);
  if (system !== undefined) {
    const told = (message.startsWith(`${system}: `) ? message.slice(system.length + 2) : message).replace(OS_ERROR, "");
    return `error (${system}): ${oneTerminalLine(`${sentence(told)} ${advice[system] ?? ""}`)}`;
  }
  const name = error instanceof Error ? error.name : typeof error;
  return `error (unexpected): ${oneTerminalLine(`${name}: ${sentence(place(error) + message)}`)} This is a fault of the program or of a plugin; LOG_LEVEL=DEBUG shows where.`;
}

/** How Deno tells an error of the system, where it names no call. */
const OS_ERROR = / \(os error (\d+)\)$/;

/** The code of an error of the operating system, such as `ENOSPC`; `undefined` for other errors. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && "syscall" in error) return String(error.code);
  const [, number] = OS_ERROR.exec(messageOf(error)) ?? [];
  return number === undefined ? undefined : getSystemErrorName(-Number(number));
}

/** What Deno says of a right it was not given, whatever came of that. */
function refusedByDeno(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++)
    if (at.name === "NotCapable") return at.message;
  return undefined;
}

function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return "something that cannot be shown was thrown";
  }
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** File and line of a module that cannot be read; its message does not say so. */
function place(error: unknown): string {
  const [first = ""] = error instanceof SyntaxError ? (error.stack ?? "").split("\n") : [];
  return first.startsWith("file:") ? `${first}: ` : "";
}

function causesOf(error: Error): string {
  const stacks: string[] = [];
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++)
    stacks.push(at.stack ?? `${at.name}: ${at.message}`);
  return stacks.join("\nbecause ");
}
