import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";
import { root } from "../../build/bundle.ts";
import { lean } from "../../build/lean.ts";

/** Bundles a module with only the parts the executable holds. @returns its script, and how many kB of it are packages. */
async function bundled(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
    metafile: true,
    logLevel: "silent",
    plugins: [lean],
  });
  return { script: outputFiles[0]?.text ?? "", inputs: Object.keys(metafile.inputs) };
}

test("undici's parts still make a call, and bring no fetch along", async () => {
  const { script, inputs } = await bundled(`
    import { createServer } from "node:http";
    import { Agent, errors, Pool } from "undici";
    export async function check() {
      const server = createServer((request, response) => request.pipe(response)).listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      const address = server.address();
      const origin = "http://127.0.0.1:" + (typeof address === "object" ? address?.port : "");
      const said = [];
      for (const dispatcher of [new Pool(origin), new Agent()]) {
        const answer = await dispatcher.request({ origin, method: "POST", path: "/", body: "hello" });
        said.push(answer.statusCode + " " + (await answer.body.text()));
        await dispatcher.close();
      }
      server.close();
      return [...said, typeof errors.SocketError];
    }`);
  assert.ok(!inputs.some((input) => input.endsWith("web/fetch/index.js")));
  const module = { exports: {} as { check(): Promise<unknown> } }; // what the source above exports
  new Function("module", "exports", "require", script)(module, module.exports, process.getBuiltinModule);
  assert.deepEqual(await module.exports.check(), ["200 hello", "200 hello", "function"]);
});

test("an import of what a package's parts do not hold ends the build", async () => {
  await assert.rejects(bundled(`import { WebSocket } from "undici"; console.log(WebSocket);`), /No matching export/);
  await assert.rejects(
    bundled(`import { RateLimiterRedis } from "rate-limiter-flexible"; console.log(RateLimiterRedis);`),
  );
  await assert.rejects(bundled(`import { collectDefaultMetrics } from "prom-client"; collectDefaultMetrics();`));
});
