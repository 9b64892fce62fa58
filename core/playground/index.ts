export type { RecordedCall } from "./bot-api.ts";
export type { Fault, Faults } from "./faults.ts";
export { createPlayground, type Playground, type PlaygroundOptions } from "./server.ts";
export { openUpstreams, type SamplesFault } from "./upstreams.ts";
export type { Group } from "./world.ts";
