import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openUpstreams, type SampledPlugin, type SamplesFault } from "../../../core/playground/upstreams.ts";
import { openClient } from "./client.ts";

/** A plugin whose samples answer with what they were asked. */
function plugin(id: string, opened: unknown[] = []): SampledPlugin {
  return {
    id,
    samples: async () => ({
      openSamples(request) {
        opened.push(request);
        return {
          options: { siteUrl: request.base, poster: request.poster(`${id} & co`) },
          suggestions: [`/${id} x`],
          fetch: ({ url }) => new Response(new URL(url).pathname),
        };
      },
    }),
  };
}

test("each plugin's samples are served below its own path, and its options point there", async (t) => {
  const { desk } = await openClient(t);
  const options = await openUpstreams(desk, [plugin("one"), plugin("two"), { id: "three" }]);
  assert.deepEqual(Object.keys(options), ["one", "two"]);
  for (const id of ["one", "two"]) {
    assert.equal(options[id]?.siteUrl, `${desk.url}/upstream/${id}`);
    assert.equal(await (await fetch(`${options[id]?.siteUrl}/title/1`)).text(), "/title/1");
  }
  const state: unknown = await (await fetch(`${desk.url}/api/state`)).json();
  assert.match(JSON.stringify(state), /"suggestions":\["\/one x","\/two x"\]/);
});

test("samples that cannot be opened are told of and left out, or thrown where nobody is told", async (t) => {
  const { desk } = await openClient(t);
  const bad: SampledPlugin = { id: "bad", samples: () => Promise.reject(new Error("none today")) };
  const told: string[] = [];
  const onProblem = (id: string, error: unknown) => void told.push(`${id}: ${String(error)}`);
  const options = await openUpstreams(desk, [bad, plugin("one")], { onProblem });
  assert.deepEqual([Object.keys(options), told], [["one"], ["bad: Error: none today"]]);
  await assert.rejects(openUpstreams(desk, [bad]), /none today/);
});

test("samples that never open are given up after a while, all of them together, and others are served", async (t) => {
  const { desk } = await openClient(t);
  const never = () => new Promise<never>(() => undefined);
  const hanging: SampledPlugin[] = [
    { id: "samples", samples: never },
    { id: "opening", samples: async () => ({ openSamples: never }) },
  ];
  const told: string[] = [];
  const onProblem = (id: string, error: unknown) => void told.push(`${id}: ${String(error)}`);
  const options = await openUpstreams(desk, [...hanging, plugin("one")], { onProblem, timeout: 100 });
  const why = "Error: they were not open within 0.1 s; look for what never settles";
  assert.deepEqual([Object.keys(options), told], [["one"], [`samples: ${why}`, `opening: ${why}`]]);
});

test("samples of a wrong form are told in words", async (t) => {
  const { desk } = await openClient(t);
  const fine = { options: {}, fetch: () => new Response() };
  const wrong: readonly (readonly [unknown, string])[] = [
    [undefined, "samples() must give an object with a function openSamples"],
    [{ openSamples: 5 }, "samples() must give an object with a function openSamples"],
    [{ openSamples: () => undefined }, "openSamples() must give an object, but gives undefined"],
    [
      { openSamples: () => ({ ...fine, options: [] }) },
      '"options" of openSamples() must be an object, but is of type list',
    ],
    [
      { openSamples: () => ({ ...fine, fetch: "x" }) },
      '"fetch" of openSamples() must be a function, but is of type string',
    ],
    [
      { openSamples: () => ({ ...fine, suggestions: "/x" }) },
      '"suggestions" of openSamples() must be a list of texts, but is of type string',
    ],
    [
      { openSamples: () => ({ ...fine, suggestions: [5] }) },
      '"suggestions" of openSamples() must be a list of texts, but holds something else',
    ],
  ];
  for (const [module, message] of wrong) {
    const odd = { id: "odd", samples: async () => module } as SampledPlugin; // as a plugin in JavaScript may
    await assert.rejects(openUpstreams(desk, [odd]), { message });
  }
});

test("a folder of captured pages is handed on", async (t) => {
  const { desk } = await openClient(t);
  const opened: { replay?: string }[] = [];
  await openUpstreams(desk, [plugin("one", opened)], { replay: "/pages" });
  await openUpstreams(desk, [plugin("one", opened)]);
  assert.deepEqual(
    opened.map(({ replay }) => replay),
    ["/pages", undefined],
  );
});

test("posters are drawn by title, the same one each time, whatever the title", async (t) => {
  const { desk } = await openClient(t);
  const options = await openUpstreams(desk, [plugin("one")]);
  const poster = String(options.one?.poster);
  assert.equal(poster, `${desk.url}/posters/poster.png?title=one%20%26%20co`);
  const fetched = async (url: string) => {
    const response = await fetch(url);
    assert.equal(response.headers.get("content-type"), "image/png");
    return Buffer.from(await response.arrayBuffer());
  };
  const [first, second] = [await fetched(poster), await fetched(poster)];
  assert.deepEqual(first, second);
  assert.ok((await fetched(`${desk.url}/posters/poster.png`)).length > 100);
  assert.ok((await fetched(`${desk.url}/posters/poster.png?title=${"%F0%9F%98%80".repeat(300)}`)).length > 100);
});

test("a title that is no well-formed text has a poster too", async (t) => {
  const { desk } = await openClient(t);
  let poster = "";
  const odd: SampledPlugin = {
    id: "odd",
    samples: async () => ({
      openSamples(request) {
        poster = request.poster("half \ud83d");
        return { options: {}, fetch: () => new Response() };
      },
    }),
  };
  assert.deepEqual(await openUpstreams(desk, [odd]), { odd: {} });
  assert.equal((await fetch(poster)).status, 200);
});

/** What is answered for samples whose `fetch` is this, and what is told. */
async function answerOf(t: TestContext, answer: (request: Request) => unknown, path = "/title/1") {
  const { desk } = await openClient(t);
  const module = { openSamples: () => ({ options: {}, fetch: answer }) };
  const odd = { id: "odd", samples: async () => module } as unknown as SampledPlugin; // as a plugin in JavaScript may
  const told: SamplesFault[] = [];
  await openUpstreams(desk, [odd], { onFault: (fault) => void told.push(fault) });
  const ask = (signal?: AbortSignal) => fetch(`${desk.url}/upstream/odd${path}`, signal ? { signal } : {});
  return { ask, told };
}

test("a request that samples give no answer to is answered with 500, and told with what they gave or threw", async (t) => {
  const once = new Response("x");
  await once.text();
  const form = "fetch() of openSamples() must give a Response, but gives";
  for (const [answer, why] of [
    [() => undefined, `Error: ${form} undefined`],
    [() => null, `Error: ${form} null`],
    [() => "x", `Error: ${form} something of type string`],
    [async () => ({ status: 200 }), `Error: ${form} something of type object`],
    [
      () => once,
      "Error: fetch() of openSamples() gives a Response that was read already; make a new one for each request",
    ],
    [
      () => {
        throw "s";
      },
      "s",
    ],
    [() => Promise.reject(new TypeError("none")), "TypeError: none"],
  ] as const) {
    const { ask, told } = await answerOf(t, answer);
    const response = await ask();
    assert.deepEqual([response.status, await response.text()], [500, "The samples have no answer.\n"]);
    assert.deepEqual(
      told.map(({ plugin, request, error }) => [plugin, request, String(error)]),
      [["odd", "GET /title/1", why]],
    );
  }
});

test("any Response is an answer, also the runtime's own, and a long path is told in part", async (t) => {
  const { ask, told } = await answerOf(t, () => fetch("data:text/plain,hello"));
  assert.equal(await (await ask()).text(), "hello");
  assert.deepEqual(told, []);
  const long = await answerOf(t, () => undefined, `/${"x".repeat(200)}?q=1`);
  await long.ask();
  assert.equal(long.told[0]?.request, `GET /${"x".repeat(99)}…`);
});

test("samples that give up with whoever asked are no fault", async (t) => {
  const asked = Promise.withResolvers<void>();
  const gaveUp = Promise.withResolvers<void>();
  const { ask, told } = await answerOf(t, ({ signal }) => {
    asked.resolve();
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        reject(signal.reason);
        setImmediate(gaveUp.resolve);
      });
    });
  });
  const abort = new AbortController();
  const answered = ask(abort.signal);
  await asked.promise;
  abort.abort();
  await assert.rejects(answered);
  await gaveUp.promise;
  assert.deepEqual(told, []);
});
