import assert from "node:assert/strict";
import { test } from "node:test";
import { isSecretName, maskSecret, maskUrls, secretsOf, showValue } from "../../../core/config/mask.ts";

const token = "123456789:AAExampleExampleExampleExampleExample";

test("users, passwords and keys in URLs are masked, and nothing else", () => {
  for (const [given, shown] of [
    ["https://me:hunter22@host/{}", "https://••••@host/{}"],
    ["https://hunter22@host/{}", "https://••••@host/{}"],
    ["https://me:@host/", "https://••••@host/"],
    ["https://me:hunter%2F22@host:8080/a@b", "https://••••@host:8080/a@b"],
    ["https://me:hunt/er22@host/{}", "https://••••@host/{}"],
    ["htp:/https://me:hunter22@host", "••••@host"],
    ["https://me:hu@nter22@host/{}", "https://••••@host/{}"],
    ["https//me:hunter22@host", "••••@host"],
    ["https:/me:hunter22@host/", "••••@host/"],
    ["me:hunter22@host", "••••@host"],
    [
      "must be like https://example.org/@x, not https://me:hunter22@host",
      "must be like https://example.org/@x, not https://••••@host",
    ],
    ["@channel or a@b.c", "@channel or a@b.c"],
    ["https://host/?q={}&apikey=hunter22", "https://host/?q={}&apikey=••••"],
    ["https://host/?access_token=hunter22&q={}", "https://host/?access_token=••••&q={}"],
    ["https://host/search?key={}", "https://host/search?key={}"],
    [`https://api.telegram.org/bot${token}/getMe`, "https://api.telegram.org/bot••••/getMe"],
    ["https://host:8443/path/@name?q={}#x", "https://host:8443/path/@name?q={}#x"],
    ["json,site", "json,site"],
    ["", ""],
  ] as const) {
    assert.equal(maskUrls(given), shown);
  }
});

test("a masked secret shows its length, and a token its bot", () => {
  assert.equal(maskSecret(token), "123456789:•••• (47 characters)");
  assert.equal(maskSecret("hunter22"), "•••• (8 characters)");
  assert.equal(maskSecret("12:34"), "•••• (5 characters)");
});

test("names of secrets are known in both spellings", () => {
  for (const name of ["OMDB_API_KEY", "apiKey", "token", "clientSecret", "DB_PASSWORD", "credentials"])
    assert.ok(isSecretName(name), name);
  for (const name of ["apiUrl", "MYDRAMALIST_API_URL", "providers", "keyboard", "TOKENS_FILE"])
    assert.ok(!isSecretName(name), name);
});

test("what must not be logged of a URL is its user and password, as written and decoded, and its keys", () => {
  assert.deepEqual(secretsOf("https://me:p%40ss@host/?apikey=k1&q={}"), ["me:p%40ss", "p%40ss", "p@ss", "k1"]);
  assert.deepEqual(secretsOf("mongodb://me:pass@a:1,b:2/db"), ["me:pass", "pass"]);
  assert.deepEqual(secretsOf("redis://:pass@host"), [":pass", "pass"]);
  assert.deepEqual(secretsOf("https://me:%E0%A4%A@host"), ["me:%E0%A4%A", "%E0%A4%A"]);
  assert.deepEqual(secretsOf("https://host/{}?q=a@b"), []);
});

test("any value is shown on one line, without invisible signs, and not longer than a line", () => {
  for (const [given, shown] of [
    ["a\u001b[31m\n\u202eb\u200b", '"a\\u001b[31m\\n\\u{202e}b\\u{200b}"'],
    ["\ud83d", '"\\ud83d"'],
    ["<&>", '"<&>"'],
    [7, "7"],
    [10n, '"10"'],
    [undefined, "undefined"],
    [["https://me:pw@h"], '["https://••••@h"]'],
    [{ apiKey: "hunter22", url: "x" }, '{"apiKey":"•••• (8 characters)","url":"x"}'],
  ] as const) {
    assert.equal(showValue(given), shown);
  }
  const circle: unknown[] = [];
  circle.push(circle);
  assert.equal(showValue(circle), "something that is no JSON");
  const long = showValue("👩‍👩‍👧".repeat(4096));
  assert.ok(long.length < 230 && long.isWellFormed(), long);
});

test("a secret that is no text is not shown at all", () => {
  assert.equal(showValue(12_345_678, true), "••••");
  assert.equal(showValue(["hunter22"], true), "••••");
});

test("endless values are masked in good time", () => {
  const began = performance.now();
  for (const piece of ["a", "a://", "a://b:", "?", "&key=", "1:", "@", "://@"]) showValue(piece.repeat(50_000));
  // Far more than it takes; what grows with the square of the length takes minutes.
  assert.ok(performance.now() - began < 10_000);
});
