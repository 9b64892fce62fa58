import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFileUrl, checkLink } from "../../../core/playground/links.ts";

test("links are kept as Telegram keeps them", () => {
  const kept = {
    "e.com": "http://e.com/",
    "HTTPS://E.com": "https://e.com/",
    "https://e.com?a=b": "https://e.com/?a=b",
    "https://e.com#top": "https://e.com/#top",
    "https://e.com/Path?Q=1#F": "https://e.com/Path?Q=1#F",
    "https://e.com/a b\tc": "https://e.com/a%20b%09c",
    "https://e.com:443/": "https://e.com/",
    "http://e.com:80": "http://e.com/",
    "http://e.com:8080": "http://e.com:8080/",
    "https://me:word@e.com/": "https://me:word@e.com/",
    "https://드라마.kr/x": "https://드라마.kr/x",
    "http://[::1]:81/x": "http://[::1]:81/x",
    "mailto:me@e.com": "http://mailto:me@e.com/",
    "tg://resolve?domain=x": "tg://resolve?domain=x",
    "TG:resolve?domain=x": "tg://resolve?domain=x",
    "ton://transfer/x": "ton://transfer/x",
  };
  for (const [link, url] of Object.entries(kept)) assert.deepEqual(checkLink(link), { url }, link);
});

test("links that lead nowhere have a reason in Telegram's words", () => {
  const problems = {
    localhost: "Wrong HTTP URL",
    "http://localhost:80": "Wrong HTTP URL",
    "": "URL host is empty",
    "https://": "URL host is empty",
    "http://.": "Host is invalid",
    "gopher://e.com": "Unsupported URL protocol",
    "javascript:alert(1)": "Wrong port number specified in the URL",
    "http://e.com:": "Wrong port number specified in the URL",
    "http://e.com:65536": "Wrong port number specified in the URL",
    "http://e com/": "Disallowed character in URL host",
    "http://<e>.com": "Disallowed character in URL host",
    "tg://e.com": "Unallowed characters in URL host",
    "tg://me@resolve": "Wrong tg URL",
    "tg://resolve:80": "Wrong tg URL",
    "tg:https://resolve": "Wrong tg URL",
  };
  for (const [link, problem] of Object.entries(problems)) assert.deepEqual(checkLink(link), { problem }, link);
});

test("a file may stand on any host, and only there", () => {
  assert.deepEqual(checkFileUrl("http://localhost:8080/x.png?y"), { url: "http://localhost:8080/x.png?y" });
  assert.deepEqual(checkFileUrl("e.com/x.png"), { url: "http://e.com/x.png" });
  assert.deepEqual(checkFileUrl("file:///etc/x.png"), { problem: "Unsupported URL protocol" });
});
