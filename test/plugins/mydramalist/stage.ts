import type { Samples } from "../../../core/plugin/index.ts";
import plugin from "../../../plugins/mydramalist/index.ts";
import type { DramaRecord } from "../../../plugins/mydramalist/record.ts";
import * as tasks from "../../../plugins/mydramalist/tasks.ts";
import { BASE, capturedAnswer, type FakeAnswer, type Stage, setUp } from "../stage.ts";

const options = { apiUrl: `${BASE}/search/q/{}`, detailsUrl: `${BASE}/id/{}`, siteUrl: BASE };

/** Sets the plugin up against a function of path and query, or against samples. */
export function stage(
  upstream: Samples | ((path: string) => FakeAnswer),
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Stage<DramaRecord>> {
  const answers = typeof upstream === "function" ? ({ path }: { path: string }) => upstream(path) : upstream;
  return setUp<DramaRecord, NonNullable<typeof plugin.options>>({ plugin, tasks, options }, answers, settings);
}

/** A captured answer. */
export function captured(name: string): string {
  return capturedAnswer(`mydramalist/${name}`);
}
