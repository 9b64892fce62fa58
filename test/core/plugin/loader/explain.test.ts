import assert from "node:assert/strict";
import { test } from "node:test";
import { explainFailure, placeInStack } from "../../../../core/plugin/loader/explain.ts";
import { memoryHost } from "./memory-host.ts";

const file = "/p/a.ts";
const text = 'import "./b.ts";\nimport x from "left-pad";\nimport y from "./gone.ts";\n';
const host = memoryHost({ [file]: text });

function failure(kind: typeof Error, message: string, { code, stack }: { code?: string; stack?: string } = {}): Error {
  const error = new kind(message);
  error.stack = stack ?? `${kind.name}: ${message}\n    at node:internal/loader:1:1`;
  return code === undefined ? error : Object.assign(error, { code });
}

const explain = (error: unknown) => explainFailure(error, file, { files: [file, "/p/b.ts"], host });

test("what the runtimes say becomes one line with file, line and what to do", () => {
  const found = (message: string) => failure(Error, message, { code: "ERR_MODULE_NOT_FOUND" });
  for (const [error, told] of [
    [
      failure(SyntaxError, "Expected ',', got '}'", {
        code: "ERR_INVALID_TYPESCRIPT_SYNTAX",
        stack: "/p/b.ts:4\n};\n^\n\nSyntaxError: x",
      }),
      "b.ts:4: the syntax is broken: Expected ',', got '}'. Mend it there.",
    ],
    [
      failure(SyntaxError, "TypeScript enum is not supported in strip-only mode", {
        code: "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
        stack: "/p/a.ts:2\nenum A {}\n",
      }),
      "a.ts:2: TypeScript enum is not supported in strip-only mode. Types are only taken out, so write it in plain JavaScript.",
    ],
    [
      failure(SyntaxError, "The requested module './b.ts' does not provide an export named 'q'", {
        stack: 'file:///p/a.ts?v=3:1\nimport { q } from "./b.ts";\n',
      }),
      "a.ts:1: The requested module './b.ts' does not provide an export named 'q'. Check the name on both sides.",
    ],
    [
      failure(SyntaxError, "The requested module 'dramabot/plugin' does not provide an export named 'Source'"),
      "a.ts: The requested module 'dramabot/plugin' does not provide an export named 'Source'. It is a type: write import type { Source }.",
    ],
    [
      failure(SyntaxError, "The requested module 'dramabot/plugin' does not provide an export named 'Sorce'"),
      "a.ts: The requested module 'dramabot/plugin' does not provide an export named 'Sorce'. Check the name on both sides.",
    ],
    [
      failure(SyntaxError, "Unexpected token '}' at file:///p/b.ts?v=1:4:1"),
      "b.ts:4: the syntax is broken: Unexpected token '}'. Mend it there.",
    ],
    [
      failure(TypeError, "SyntaxError: Expected ',', got '}'\n  |\n4 | };\n  | ~\n    at file:///p/b.ts?v=1:4:1"),
      "b.ts:4: the syntax is broken: Expected ',', got '}'. Mend it there.",
    ],
    [
      found("Cannot find module '/p/gone.ts' imported from /p/a.ts"),
      "a.ts:3: the file gone.ts is not there. Check the path, with its ending.",
    ],
    [
      found("Cannot find module '/p/core/config/define.ts' imported from /p/a.ts"),
      'a.ts: the file define.ts is not there. That is how the program\'s own files name each other; write "dramabot/config" instead.',
    ],
    [
      found("Cannot find module '/p/plugins/imdb/index.ts' imported from /p/a.ts"),
      'a.ts: the file index.ts is not there. That is how the program\'s own files name each other; write "dramabot/plugins/imdb" instead.',
    ],
    [
      found("Cannot find package 'left-pad' imported from /p/a.ts"),
      "a.ts:2: the package left-pad is not there. Install it beside the plugin (npm install), or do without.",
    ],
    [
      found("Loading unprepared module: file:///p/gone.ts?v=1, imported from: file:///p/a.ts"),
      "a.ts:3: the file gone.ts is not there. Check the path, with its ending.",
    ],
    [
      failure(TypeError, "x is null", {
        stack: "TypeError: x is null\n    at f (file:///p/b.ts?v=2:7:3)\n    at file:///p/a.ts?v=2:1:1",
      }),
      "b.ts:7: it threw while it was loaded: x is null. Mend it, or ask the plugin's author.",
    ],
    [
      "a text\nof two lines",
      "a.ts: it threw while it was loaded: a text of two lines. Mend it, or ask the plugin's author.",
    ],
    [undefined, "a.ts: it threw while it was loaded: undefined. Mend it, or ask the plugin's author."],
  ] as const) {
    assert.equal(explain(error), told);
  }
});

test("broken JavaScript, of which the runtime says no place, is looked for in the files that were reached", () => {
  const looking = { ...host, brokenLine: (one: string) => (one === "/p/b.ts" ? 9 : undefined) };
  const error = failure(SyntaxError, "Unexpected token '}'");
  assert.match(
    explainFailure(error, file, { files: [file, "/p/b.ts"], host: looking }),
    /^b\.ts:9: the syntax is broken/,
  );
});

test("a place in a stack is one of the plugin's own files, on Windows too", () => {
  const error = failure(Error, "x", {
    stack: "Error: x\n    at get (file:///C:/p/a.ts?v=1:12:5)\n    at node:internal/x:1:1",
  });
  assert.deepEqual(placeInStack(error, ["C:\\p\\a.ts"]), { file: "C:\\p\\a.ts", line: 12 });
  assert.equal(placeInStack(error, ["/p/a.ts"]), undefined);
});

test("an import that the program never fulfils is told with its line, whatever quotes it stands in", () => {
  const refused = (specifier: string) =>
    Object.assign(new Error("x"), {
      refused: { specifier, importer: "/p/q.ts", what: "there is none", todo: "Mend it" },
    });
  const one = memoryHost({ "/p/q.ts": "// dramabot/nope\nimport 'dramabot/nope';\nimport \"https://x.example/\";\n" });
  const told = (specifier: string) => explainFailure(refused(specifier), file, { files: [file], host: one });
  assert.equal(told("dramabot/nope"), "q.ts:2: there is none. Mend it.");
  assert.equal(told("https://x.example/"), "q.ts:3: there is none. Mend it.");
  assert.equal(told("dramabot/other"), "q.ts: there is none. Mend it.");
});

test("a line behind the end of the file is its last one", () => {
  const error = failure(TypeError, "SyntaxError: Expected ',', got '<eof>'\n    at file:///p/a.ts?v=1:405:2");
  assert.equal(explain(error), "a.ts:3: the syntax is broken: Expected ',', got '<eof>'. Mend it there.");
});

test("a module of the runtime's that there is not is told with the line that imports it", () => {
  const one = memoryHost({ "/p/q.ts": "import 'node:fs';\nimport 'node:nothing';\n" });
  const error = failure(Error, "No such built-in module: node:nothing", { code: "ERR_UNKNOWN_BUILTIN_MODULE" });
  const told = (files: string[]) => explainFailure(error, "/p/a.ts", { files, host: one });
  assert.equal(told(["/p/a.ts", "/p/q.ts"]), "q.ts:2: there is no module node:nothing. Check the name.");
  assert.equal(told(["/p/a.ts"]), "a.ts: there is no module node:nothing. Check the name.");
});

test("a module that cannot be read is told with the line that imports it, or by itself", () => {
  const unreadable = (importer?: string) =>
    Object.assign(new Error("x"), {
      unreadable: { path: "/p/gone.ts", importer, what: "it is a named pipe, and no file", todo: "Take it away" },
    });
  assert.equal(
    explain(unreadable("/p/a.ts")),
    "a.ts:3: the file gone.ts cannot be read: it is a named pipe, and no file. Take it away.",
  );
  assert.equal(explain(unreadable()), "gone.ts: it is a named pipe, and no file. Take it away.");
});
