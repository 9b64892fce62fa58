import assert from "node:assert/strict";
import { test } from "node:test";
import { withVariables } from "../../../core/cli/init-file.ts";
import { parseDotenv } from "../../../core/config/dotenv.ts";

const values = { BOT_TOKEN: "123:new", OWNER_ID: "5" };
const edit = (text: string) => withVariables({ text, variables: parseDotenv(text).variables }, values);

for (const [what, before, after] of [
  ["there is nothing", "", "BOT_TOKEN=123:new\nOWNER_ID=5\n"],
  [
    "other lines stand there",
    "# mine\nexport PORT=1\nODD LINE\n",
    "# mine\nexport PORT=1\nODD LINE\nBOT_TOKEN=123:new\nOWNER_ID=5\n",
  ],
  ["the last line has no end", "PORT=1", "PORT=1\nBOT_TOKEN=123:new\nOWNER_ID=5\n"],
  [
    "it was written on Windows",
    "\ufeffPORT=1\r\nOWNER_ID=4\r\nHOST='a # b'\r\n",
    "\ufeffPORT=1\r\nOWNER_ID=5\r\nHOST='a # b'\r\nBOT_TOKEN=123:new\r\n",
  ],
  ["a byte order mark stands before it", "\ufeffBOT_TOKEN=old\nOWNER_ID=5\n", "\ufeffBOT_TOKEN=123:new\nOWNER_ID=5\n"],
  ["it is there and empty", "BOT_TOKEN=\nPORT=1\nOWNER_ID=\n", "BOT_TOKEN=123:new\nPORT=1\nOWNER_ID=5\n"],
  [
    "it is exported and quoted",
    " export BOT_TOKEN = 'old' # mine\nOWNER_ID=5\n",
    " export BOT_TOKEN =123:new\nOWNER_ID=5\n",
  ],
  [
    "it is set twice, and the last one counts",
    "BOT_TOKEN=a\nBOT_TOKEN=b\nOWNER_ID=5\n",
    "BOT_TOKEN=a\nBOT_TOKEN=123:new\nOWNER_ID=5\n",
  ],
  [
    "it stands inside of quotes",
    'X="\nBOT_TOKEN=inside\n"\n',
    'X="\nBOT_TOKEN=inside\n"\nBOT_TOKEN=123:new\nOWNER_ID=5\n',
  ],
  [
    "others are named alike",
    "MY_BOT_TOKEN=a\n#BOT_TOKEN=b\nNOT=BOT_TOKEN=c\n",
    "MY_BOT_TOKEN=a\n#BOT_TOKEN=b\nNOT=BOT_TOKEN=c\nBOT_TOKEN=123:new\nOWNER_ID=5\n",
  ],
  ["quotes do not end", "X='no end\n", "X='no end\nBOT_TOKEN=123:new\nOWNER_ID=5\n"],
  [
    "another one means the old value",
    `BOT_TOKEN=old\nX=${"$"}{BOT_TOKEN}\nOWNER_ID=5\n`,
    `BOT_TOKEN=old\nX=${"$"}{BOT_TOKEN}\nOWNER_ID=5\nBOT_TOKEN=123:new\nOWNER_ID=5\n`,
  ],
  ["it is right already", "OWNER_ID='5'\nBOT_TOKEN=\"123:new\"\n", "OWNER_ID='5'\nBOT_TOKEN=\"123:new\"\n"],
] as const) {
  test(`variables are set and no other changes when ${what}`, () => {
    assert.equal(edit(before), after);
  });
}

test("what cannot be done without a change of other lines is refused", () => {
  const variables = { ...parseDotenv("A=1").variables, GHOST: "x" };
  assert.throws(() => withVariables({ text: "A=1\n", variables }, values), { code: "init.refused" });
});
