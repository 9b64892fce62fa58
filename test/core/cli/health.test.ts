import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, type TestContext, test } from "node:test";
import { dramabot, folder } from "./cli.ts";
import { openStage, type Stage, startRun } from "./operator-stage.ts";

const world: { stage?: Stage } = {};

before(async () => {
  world.stage = await openStage();
});

after(() => world.stage?.desk.dispose());

async function serverThat(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
}

test("a running bot is ready, by its address and by HOST and PORT, and one that stopped is not", async (t) => {
  const cwd = folder(t);
  const bot = await startRun(t, { cwd, env: world.stage?.env ?? {} });
  const { port } = new URL(bot.url);
  for (const [words, env] of [
    [["--url", bot.url], {}],
    [["--url", `${bot.url}/`], {}],
    [[], { PORT: port }],
    [[], { PORT: port, HOST: "0.0.0.0" }],
  ] as const) {
    const { status, stdout, stderr } = await dramabot(["health", ...words], { cwd, env: { ...env } });
    assert.deepEqual([status, stdout, stderr], [0, "ready\n", ""]);
  }
  const { stdout } = await dramabot(["health", "--json", "--url", bot.url], { cwd });
  const { ready, report } = JSON.parse(stdout);
  assert.deepEqual([ready, report.state], [true, "up"]);
  await bot.stop();
  const gone = await dramabot(["health", "--url", bot.url], { cwd });
  assert.deepEqual([gone.status, gone.stdout], [1, ""]);
  assert.match(gone.stderr, /^no bot answers at http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*\)\. Start it, .*\n$/);
});

test("a bot that lacks what it needs is not ready, and says what that is", async (t) => {
  const url = await serverThat(t, (request, response) => {
    const report = {
      services: [
        { name: "store", state: "down", detail: "disk full \u001b[31m" },
        { name: "imdb", state: "up" },
      ],
      plugins: [{ id: "x", state: "failed" }],
    };
    response.writeHead(503).end(request.url === "/readyz" ? "not ready: store\n" : JSON.stringify(report));
  });
  const { status, stdout, stderr } = await dramabot(["health", "--url", url]);
  assert.deepEqual([status, stdout, stderr], [1, "", "not ready: store\nstore: down: disk full\nx: failed\n"]);
});

test("an upstream that is down leaves the bot ready", async (t) => {
  const url = await serverThat(t, (request, response) => {
    const report = { services: [{ name: "imdb", state: "down", detail: "no answer" }], plugins: [] };
    response.end(request.url === "/readyz" ? "ok\n" : JSON.stringify(report));
  });
  const { status, stdout } = await dramabot(["health", "--url", url]);
  assert.deepEqual([status, stdout], [0, "ready\nimdb: down: no answer\n"]);
});

for (const [what, listener] of [
  ["a page for everything", (_, response) => response.end("<!doctype html>&")],
  ["an empty answer", (_, response) => response.end()],
  ["a redirection", (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
  ["JSON that is no report", (_, response) => response.end('{"services":[null,1,{}],"plugins":{}}')],
  ["without end", (_, response) => void setInterval(() => response.write("x".repeat(1_000_000)), 1).unref()],
  ["nothing but a closed connection", (request) => request.socket.destroy()],
] as const satisfies readonly (readonly [string, RequestListener])[]) {
  test(`something else that answers ${what} is not taken for a bot`, async (t) => {
    const url = await serverThat(t, listener);
    const { status, stdout, stderr } = await dramabot(["health", "--url", url]);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /^(?:something else answers at http:\S+ \(status \d+\)|no bot answers at http:)/);
    assert.doesNotMatch(stderr, /\n {4}at /);
  });
}

test("an address that is none is refused", async () => {
  for (const url of ["", "localhost:8080", "ftp://h", "http://"]) {
    const { status, stderr } = await dramabot(["health", "--url", url]);
    assert.equal(status, 1, url);
    assert.match(stderr, /'--url <url>'.*Give the address/);
  }
});
