import assert from "node:assert/strict";
import type { ContractCase } from "dramabot/plugin";
import { completeTitle, matchUrl } from "./index.ts";

/** Tests of your own. `dramabot plugin check` runs them behind the rules that every plugin keeps. */
const cases: readonly ContractCase[] = [
  {
    name: "a title without a year stands alone",
    async run() {
      assert.equal(completeTitle({ id: "7", title: "The Harbour" }), "The Harbour");
    },
  },
  {
    name: "a list's link is no title's",
    async run() {
      assert.deepEqual(matchUrl(new URL("https://shows.example/lists/new")), { kind: "other" });
    },
  },
];
export default cases;
