import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import botConfig from "../../../bot.config.ts";
import { createPlayground, openUpstreams, type Playground } from "../../../core/playground/index.ts";
import { MAIN } from "./cli.ts";

/** Telegram and the upstreams, as an operator's machine sees them. */
export interface Stage {
  readonly desk: Playground;
  /** Points the program at them; no key of it is a secret but the token. */
  readonly env: Readonly<Record<string, string>>;
}

/** Opens an emulator with the sample upstreams of every plugin. */
export async function openStage(): Promise<Stage> {
  const desk = await createPlayground();
  const definitions = botConfig.plugins.map(({ definition }) => definition);
  const options = await openUpstreams(desk, definitions);
  const upstreams = definitions.flatMap(({ id, env = {} }) =>
    Object.entries(env).flatMap(([option, names]) => {
      const value = options[id]?.[option];
      return value === undefined ? [] : [[[names].flat()[0] ?? "", [value].flat().join(",")]];
    }),
  );
  const env = { BOT_TOKEN: desk.token, OWNER_ID: "1", TELEGRAM_API_ROOT: desk.apiRoot, PORT: "0" };
  return { desk, env: { ...env, ...Object.fromEntries(upstreams) } };
}

/** A bot that runs. */
export interface Running {
  readonly pid: number;
  /** Its HTTP server. */
  readonly url: string;
  /** Asks it to stop; resolves to its exit status. */
  stop(): Promise<number | null>;
}

/** Starts `run` and waits until it takes updates. */
export async function startRun(
  t: TestContext,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, "run"], {
    cwd,
    env: { ...env, LOG_LEVEL: "INFO", LOG_FORMAT: "json" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  let log = "";
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    log += piece;
    const url = /health and metrics at (http:\S+?)"/.exec(log)?.[1];
    if (url !== undefined) resolve(url);
  });
  child.once("exit", () => reject(new Error(`The bot ended: ${log}`)));
  const url = await promise;
  return {
    pid: child.pid ?? 0,
    url,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      return (await ended)[0];
    },
  };
}

/** What a server of Telegram's kind says to a method. */
export interface BotApiSays {
  readonly status?: number;
  /** Anything that is no text is sent as JSON. */
  readonly body: unknown;
  /** Milliseconds that its clock differs; `null` leaves the time out. */
  readonly clock?: number | null;
}

/** Starts a server that says what it is told to, by method. */
export async function botApiThat(t: TestContext, says: Readonly<Record<string, BotApiSays>>): Promise<string> {
  const server = createServer((request, response) => {
    const { status = 200, body, clock = 0 } = says[request.url?.split("/").at(-1) ?? ""] ?? { status: 404, body: "" };
    response.sendDate = false;
    if (clock !== null) response.setHeader("date", new Date(Date.now() + clock).toUTCString());
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
}
