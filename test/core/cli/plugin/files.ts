/** Plugins that cannot be loaded: their text, and the one line that is told of them. `{folder}` stands for the plugins folder. */
export const badPlugins: Readonly<Record<string, readonly [text: string, told: RegExp]>> = {
  "syntax.ts": [
    "export default {\n  id: 'x',\n  list: [1, 2\n};\n",
    /^plugins\/syntax\.ts:4: the syntax is broken: .+\. Mend it there\.$/,
  ],
  "broken.mjs": [
    "export const list = [\n  1,\n  2;\n",
    /^plugins\/broken\.mjs:3: the syntax is broken: .+\. Mend it there\.$/,
  ],
  "syntax.js": ["export default {\n", /^plugins\/syntax\.js:\d: the syntax is broken: .+\. Mend it there\.$/],
  "enum.ts": [
    "export const a = 1;\nenum Kind { Film }\nexport default Kind;\n",
    /^plugins\/enum\.ts:2: .*enum is not supported.*\. Types are only taken out, so write it in plain JavaScript\.$/,
  ],
  "nothing.ts": [
    "export const a = 1;\n",
    /^plugins\/nothing\.ts:1: there is no default export\. Wanted: export default definePlugin\(\{ … \}\)\.$/,
  ],
  "number.js": ["\nexport default 7;\n", /^plugins\/number\.js:2: the default export is no plugin\. Wanted: /],
  "misnamed.ts": [
    'import { definePlugn } from "dramabot/plugin";\nexport default definePlugn({});\n',
    /^plugins\/misnamed\.ts:1: .*'dramabot\/plugin' does not provide an export named 'definePlugn'\. Check the name/,
  ],
  "newer.ts": [
    'export default {\n  id: "newer",\n  version: "1.0.0",\n  api: 2,\n  setup() {},\n};\n',
    /^plugins\/newer\.ts:4: it speaks plugin API 2, this program 1\. Look for a version/,
  ],
  "lost.ts": [
    '\nimport { x } from "./gone.ts";\nexport default x;\n',
    /^plugins\/lost\.ts:2: the file gone\.ts is not there\. Check the path, with its ending\.$/,
  ],
  "package.ts": [
    'import x from "left-pad-of-nobody";\nexport default x;\n',
    /^plugins\/package\.ts:1: the package left-pad-of-nobody is not there\. Install it beside the plugin/,
  ],
  "nowhere.ts": [
    '\nimport x from "dramabot/plugin/nope";\nexport default x;\n',
    /^plugins\/nowhere\.ts:2: the program has no dramabot\/plugin\/nope to import\. It has dramabot\/plugin, dramabot\/config, valibot, dramabot\/plugins\/mydramalist, dramabot\/plugins\/imdb and dramabot\/plugins\/health\.$/,
  ],
  "remote.ts": [
    "\n\nimport x from 'https://x.example/x.ts';\nexport default x;\n",
    /^plugins\/remote\.ts:3: no code is loaded from the network: https:\/\/x\.example\/x\.ts\. Put the file beside the plugin and import that\.$/,
  ],
  "long-name.ts": [
    `import { definePlugin } from "dramabot/plugin";
export default definePlugin({
  id: "long-name", version: "1.0.0", api: 1,
  setup(ctx) { ctx.commands.add({ name: "x".repeat(300), description: "Mine", run: (call) => call.reply("mine") }); },
});
`,
    /^plugins\/long-name\.ts:4: Plugin "long-name" adds to commands: "name" must be 1–32 of a–z, 0–9 and _, a letter first, but is "x{60}"… \(300 characters\)\.$/,
  ],
  "throws.ts": [
    "\nconst nobody: { name: string } | null = JSON.parse('null');\nexport default nobody!.name;\n",
    /^plugins\/throws\.ts:3: it threw while it was loaded: .*null.*\. Mend it, or ask the plugin's author\.$/,
  ],
  "exits.ts": [
    "export default {};\nprocess.exit(3);\n",
    /^plugins\/exits\.ts:2: it ended the process while it was loaded \(status 3\)\. A plugin must not end the program\.$/,
  ],
  "waits.ts": [
    "\nawait new Promise(() => {});\nexport default {};\n",
    /^plugins\/waits\.ts:2: it waits at the top for something that never comes\. Wait in setup\(\) instead\.$/,
  ],
  "loops.ts": [
    "let n = 0;\nwhile (true) {\n  n++;\n}\nexport default n;\n",
    /^plugins\/loops\.ts:[23]: it held everything up for \d s\. Look for a loop there that never ends\.$/,
  ],
  "setup-loops.ts": [
    `import { definePlugin } from "dramabot/plugin";
for (;;) break;
export default definePlugin({
  id: "setup-loops", version: "1.0.0", api: 1,
  async setup() {
    await undefined;
    while (true) Math.random();
  },
});
`,
    /^plugins\/setup-loops\.ts:7: setup\(\) held everything up for \d s\. Look for a loop there that never ends\.$/,
  ],
  "setup-turns.ts": [
    `export default {
  id: "setup-turns", version: "1.0.0", api: 1,
  setup() {
    let n = 0;
    do n++;
    while (n >= 0);
  },
};
`,
    /^plugins\/setup-turns\.ts:[56]: setup\(\) held everything up for \d s\. Look for a loop there that never ends\.$/,
  ],
  "setup-throws.ts": [
    `import { definePlugin } from "dramabot/plugin";
export default definePlugin({
  id: "setup-throws", version: "1.0.0", api: 1,
  setup() {
    throw new Error("boom.");
  },
});
`,
    /^plugins\/setup-throws\.ts:5: setup threw: boom\. Mend it, or ask the plugin's author\.$/,
  ],
  "setup-waits.ts": [
    `import { definePlugin } from "dramabot/plugin";
export default definePlugin({
  id: "setup-waits", version: "1.0.0", api: 1,
  setup: () => new Promise<void>(() => {}),
});
`,
    /^plugins\/setup-waits\.ts:4: setup\(\) did not finish within 10 s\. Look for something in it that is waited for and never comes\.$/,
  ],
  "setup-exits.ts": [
    `export default {
  id: "setup-exits", version: "1.0.0", api: 1,
  setup() {
    process.exit(0);
  },
};
`,
    /^plugins\/setup-exits\.ts:4: setup\(\) ended the process \(status 0\)\. A plugin must not end the program\.$/,
  ],
  "astray.ts": [
    `import { definePlugin } from "dramabot/plugin";
export default definePlugin({
  id: "astray", version: "1.0.0", api: 1,
  setup: async (ctx) => {
    await ctx.http.get("https://other.example/");
  },
});
`,
    /^plugins\/astray\.ts:5: other\.example is not among the hosts under permissions\.http\. Add the host to permissions\.http in definePlugin\(\{ … \}\)\.$/,
  ],
  "taken.ts": [
    `import { definePlugin } from "dramabot/plugin";
export default definePlugin({
  id: "taken", version: "1.0.0", api: 1,
  setup(ctx) { ctx.commands.add({ name: "mdl", description: "Mine", run: (call) => call.reply("mine") }); },
});
`,
    /^plugins\/taken\.ts:4: it claims \/mdl, which plugin "mydramalist" has already\. Give the command another name, or leave the other plugin out in bot\.config\.ts\.$/,
  ],
  "core.ts": [
    `export default {
  id: "core", version: "1.0.0", api: 1,
  setup(ctx: any) {
    ctx.commands.add({
      name: "help", description: "Mine", run: () => undefined,
    });
  },
};
`,
    /^plugins\/core\.ts:4: it claims \/help, which the core has already\. Give the command another name\.$/,
  ],
  "twice.ts": [
    'export default { id: "imdb", version: "1.0.0", api: 1, setup() {} };\n',
    /^plugins\/twice\.ts:1: there is a plugin "imdb" already\. Give it another id, or take one of them away\.$/,
  ],
  "options.ts": [
    `import { definePlugin } from "dramabot/plugin";
import * as v from "valibot";
export default definePlugin({
  id: "options", version: "1.0.0", api: 1,
  options: v.strictObject({ key: v.pipe(v.string(), v.minLength(3, "must be a key")) }), env: { key: "OPTIONS_KEY" },
  setup() {},
});
`,
    /^plugins\/options\.ts: OPTIONS_KEY holds •••• \(1 character\); it must be a key\.$/,
  ],
};
