import { operatorSettings } from "./settings.ts";
import { forTerminal, oneTerminalLine } from "./terminal.ts";

export interface HealthArguments {
  /** Where the bot listens, e.g. `http://127.0.0.1:8080`. Default: `HOST` and `PORT`. */
  readonly url?: string;
  readonly json?: boolean;
}

/** How long each of the two questions may take, in ms. */
const DEADLINE = 10_000;
/** Largest answer taken, in bytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * Asks a running bot how it is: `/readyz` decides the exit status, `/health` says what is not as it should be.
 *
 * @throws BotError `config.invalid`.
 */
export async function health({ url, json = false }: HealthArguments): Promise<void> {
  const base = (url ?? listenUrl()).replace(/\/+$/, "");
  const [ready, report] = await Promise.all([ask(`${base}/readyz`), ask(`${base}/health`)]);
  const isReady = ready.status === 200 && ready.body.trim() === "ok";
  if (!isReady) process.exitCode = 1;
  const parsed = reportOf(report.body);
  if (json) {
    process.stdout.write(`${forTerminal(JSON.stringify({ ready: isReady, url: base, report: parsed ?? null }))}\n`);
    return;
  }
  const troubles = parsed ? troublesOf(parsed) : [];
  const lines = [oneTerminalLine(isReady ? "ready" : notReady(base, ready)), ...troubles];
  process[isReady ? "stdout" : "stderr"].write(`${lines.join("\n")}\n`);
}

interface Reply {
  /** 0 when nobody answered. */
  readonly status: number;
  readonly body: string;
}

function notReady(base: string, { status, body }: Reply): string {
  if (status === 0)
    return `no bot answers at ${base} (${body}). Start it, or say where it listens with --url (it logs that when it starts).`;
  if (/^not ready\b/.test(body)) return body;
  return `something else answers at ${base} (status ${status}). Say where the bot listens with --url.`;
}

async function ask(url: string): Promise<Reply> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE), redirect: "manual" });
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of response.body ?? []) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > MOST_BYTES) break;
    }
    return { status: response.status, body: Buffer.concat(pieces).toString() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    return { status: 0, body: (cause instanceof Error && cause.message) || code || String(cause) };
  }
}

function listenUrl(): string {
  const { HOST: host, PORT: port } = operatorSettings();
  const anywhere: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  const to = anywhere[host] ?? host;
  return `http://${to.includes(":") ? `[${to}]` : to}:${port}`;
}

type Report = Readonly<Record<string, unknown>>;

function reportOf(body: string): Report | undefined {
  try {
    const report: unknown = JSON.parse(body);
    return typeof report === "object" && report !== null && "services" in report ? { ...report } : undefined;
  } catch {
    return undefined; // it did not answer, or something else did
  }
}

/** A line for each service and plugin that is not as it should be. */
function troublesOf(report: Report): readonly string[] {
  return ["services", "plugins"].flatMap((kind) => {
    const items = report[kind];
    if (!Array.isArray(items)) return [];
    return items.flatMap((item: unknown) => {
      const { name, id, state, detail } = { ...(item as Report | null) }; // whatever it is, its fields are looked at one by one
      if (state === "up" || state === "active") return [];
      return [oneTerminalLine([name ?? id, state, detail].filter((part) => part !== undefined).join(": "))];
    });
  });
}
