// Loaded before the tests on Deno, whose node:test does not put its fake clock away at the end of a test.
import { afterEach, mock } from "node:test";

afterEach(() => mock.timers.reset());
