import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { isPrivateAddress } from "../../../core/http/address.ts";
import { createHttp } from "../../../core/http/client.ts";
import { parseRetryAfter } from "../../../core/http/status.ts";
import { serve } from "./servers.ts";

function open(t: TestContext, operatorOrigins: string[], hosts: string[] = []) {
  const http = createHttp({ connections: 5, timeout: 2000 });
  t.after(() => http.dispose());
  return http.forPlugin("test", { hosts, operatorOrigins });
}

test("private addresses are recognised in every form", () => {
  const hidden = `127.0.0.1 127.9.9.9 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
    224.0.0.1 240.0.0.1 255.255.255.255 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd12::1 fec0::1 ff02::1 ::ffff:127.0.0.1 ::ffff:7f00:1
    ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::10.0.0.1 2002:7f00:1:: [::1] 2001:db8::1 localhost`;
  for (const address of hidden.split(/\s+/)) assert.equal(isPrivateAddress(address), true, address);
});

test("public addresses are not taken for private ones", () => {
  const shown = `1.1.1.1 8.8.8.8 172.15.0.1 172.32.0.1 100.63.0.1 100.128.0.1 169.253.0.1 223.255.255.255 2606:4700::1111 2a00:1450::1
    ::ffff:8.8.8.8 64:ff9b::8.8.8.8 [2606:4700::1]`;
  for (const address of shown.split(/\s+/)) assert.equal(isPrivateAddress(address), false, address);
});

test("hosts that were not declared are denied, whatever they look like", async (t) => {
  const client = open(t, [], ["example.org", "*.example.net"]);
  const urls = [
    "http://example.com/",
    "http://example.org.evil.test/",
    "http://notexample.org/",
    "http://example.org@evil.test/",
    "http://example.net/",
    "http://evilexample.net/",
    "file:///etc/passwd",
    "data:text/plain,hello",
    "/relative",
    "",
    "http://",
  ];
  for (const url of urls) await assert.rejects(client.get(url), { code: "http.host_denied", plugin: "test" }, url);
});

test("a declared host with a private address is refused, by name and by number", async (t) => {
  const origin = await serve(t, (_, response) => response.end("secret"));
  const { port } = new URL(origin);
  const hosts = ["localhost", "127.0.0.1", "[::1]", "[::ffff:7f00:1]", "0.0.0.0"];
  const client = open(t, [], hosts);
  for (const host of [...hosts, "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"]) {
    await assert.rejects(client.get(`http://${host}:${port}/`), { code: "http.private_address", plugin: "test" }, host);
  }
});

test("an origin of the operator may be private, but only for the plugin it was set for, and only that port", async (t) => {
  const origin = await serve(t, (_, response) => response.end("fine"));
  const other = await serve(t, (_, response) => response.end("other"));
  const http = createHttp({ connections: 5, timeout: 2000 });
  t.after(() => http.dispose());
  const mine = http.forPlugin("mine", { hosts: [], operatorOrigins: [`${origin}/base/path`] });
  const another = http.forPlugin("another", { hosts: ["127.0.0.1"], operatorOrigins: [] });
  assert.equal((await mine.get(`${origin}/x`)).text(), "fine");
  await assert.rejects(another.get(`${origin}/x`), { code: "http.private_address", plugin: "another" });
  await assert.rejects(mine.get(other), { code: "http.host_denied" });
});

test("redirects are followed, relative ones too, and the last URL is told", async (t) => {
  const origin = await serve(t, (request, response) => {
    if (request.url === "/a") response.writeHead(302, { location: "b?c" }).end("moved");
    else response.end(request.url);
  });
  const answer = await open(t, [origin]).get(`${origin}/a`);
  assert.equal(answer.text(), "/b?c");
  assert.equal(answer.url, `${origin}/b?c`);
});

test("a redirect to an undeclared, private or senseless place is refused", async (t) => {
  const inner = await serve(t, (_, response) => response.end("secret"));
  let target = "";
  const origin = await serve(t, (_, response) => response.writeHead(301, { location: target }).end());
  const strict = open(t, [origin]);
  for (target of ["http://evil.test/", inner, "file:///etc/passwd", "http://[", "javascript:alert(1)"]) {
    await assert.rejects(strict.get(origin), { code: "http.host_denied" }, target);
  }
  target = inner;
  await assert.rejects(open(t, [origin], ["127.0.0.1"]).get(origin), { code: "http.private_address" });
  target = inner.replace("127.0.0.1", "localhost");
  await assert.rejects(open(t, [origin], ["localhost"]).get(origin), { code: "http.private_address" });
});

test("a redirect loop ends after five redirects", async (t) => {
  let asked = 0;
  const origin = await serve(t, (_, response) => {
    asked += 1;
    response.writeHead(302, { location: "/again" }).end();
  });
  await assert.rejects(open(t, [origin]).get(origin), { code: "http.unexpected_answer" });
  assert.equal(asked, 6);
});

test("credentials stay with the origin they were meant for, and a post becomes a get", async (t) => {
  const seen: unknown[] = [];
  const second = await serve(t, (request, response) => {
    seen.push(request.method, request.headers.authorization, request.headers["x-api-key"], request.headers.accept);
    response.end();
  });
  const first = await serve(t, (_, response) => response.writeHead(302, { location: second }).end());
  const headers = { Authorization: "Bearer abc", "X-Api-Key": "abc", Accept: "text/html" };
  await open(t, [first, second]).post(first, {}, { headers });
  assert.deepEqual(seen, ["GET", undefined, undefined, "text/html"]);
});

const answers: [string, number, Record<string, string>, string, Record<string, unknown>][] = [
  ["401", 401, {}, "", { code: "http.blocked", status: 401 }],
  ["403", 403, {}, "", { code: "http.blocked", status: 403 }],
  ["451", 451, {}, "", { code: "http.blocked", status: 451 }],
  ["404", 404, {}, "", { code: "http.not_found", status: 404 }],
  ["410", 410, {}, "", { code: "http.not_found", status: 410 }],
  ["500", 500, {}, "", { code: "http.unexpected_answer", status: 500 }],
  ["503", 503, { "retry-after": "3" }, "", { code: "http.unexpected_answer", status: 503, retryAfter: 3000 }],
  ["304", 304, {}, "", { code: "http.unexpected_answer", status: 304 }],
  ["302 without a location", 302, {}, "", { code: "http.unexpected_answer", status: 302 }],
  ["429 in seconds", 429, { "retry-after": "7" }, "", { code: "http.rate_limited", retryAfter: 7000 }],
  ["429 without a hint", 429, {}, "", { code: "http.rate_limited", retryAfter: undefined }],
  ["429 with rubbish", 429, { "retry-after": "soon-ish" }, "", { code: "http.rate_limited", retryAfter: undefined }],
  ["a challenge of AWS", 202, { "x-amzn-waf-action": "challenge" }, "", { code: "http.blocked", status: 202 }],
  ["a challenge of Cloudflare", 503, {}, "<title>Just a moment...</title>", { code: "http.blocked", status: 503 }],
];
for (const [name, status, headers, body, expected] of answers) {
  test(`${name} becomes ${String(expected.code)}`, async (t) => {
    const origin = await serve(t, (_, response) => response.writeHead(status, headers).end(body));
    await assert.rejects(open(t, [origin]).get(origin), { plugin: "test", ...expected });
  });
}

test("a status that the caller accepts is an answer, but for a challenge", async (t) => {
  const origin = await serve(t, (request, response) => {
    if (request.url === "/challenge") response.setHeader("x-amzn-waf-action", "challenge");
    response.writeHead(404).end("none");
  });
  const client = open(t, [origin]);
  assert.equal((await client.get(origin, { accept: [404] })).text(), "none");
  await assert.rejects(client.get(`${origin}/challenge`, { accept: [404] }), { code: "http.blocked" });
});

test("Retry-After is read as seconds or as a date, and bounded", () => {
  const now = Date.UTC(2026, 0, 1);
  assert.equal(parseRetryAfter("0", now), 0);
  assert.equal(parseRetryAfter(" 30 ", now), 30_000);
  assert.equal(parseRetryAfter("Thu, 01 Jan 2026 00:01:00 GMT", now), 60_000);
  assert.equal(parseRetryAfter("Wed, 31 Dec 2025 00:00:00 GMT", now), 0);
  assert.equal(parseRetryAfter("999999999", now), 3_600_000);
  for (const rubbish of [undefined, "", "-1", "1.5", "soon", "1e9"])
    assert.equal(parseRetryAfter(rubbish, now), undefined);
});
