import type { App } from "../../app.ts";
import { idOfLeftOut } from "../../plugin/listed.ts";
import type { Finding } from "./finding.ts";

/** Services of the app that a doctor looks at himself, on the disk. */
const OWN = ["store", "cache"];

/** Checks the plugins, with their upstreams' terms, and what they ask: each plugin's own health checks. */
export async function checkServices(app: Pick<App, "configuration" | "health">): Promise<Finding[]> {
  const { plugins, services } = await app.health.report();
  const notices = new Map(
    app.configuration.plugins.map(({ definition }) => [definition.id, definition.notice] as const),
  );
  const external = new Set(
    app.configuration.plugins.flatMap(({ definition, from }) =>
      from === undefined ? [] : [definition.id, idOfLeftOut(definition.id, from)],
    ),
  );
  const isPublic = app.configuration.settings.IS_PUBLIC;
  const none: Finding = {
    check: "plugins",
    state: "warn",
    detail: "none is chosen",
    advice: "Name the wanted ones in bot.config.ts.",
  };
  const started = plugins.map(({ id, version, state, detail }): Finding => {
    const check = `plugin ${id}`;
    if (state !== "active") {
      const advice =
        state === "quarantined"
          ? `The bot runs without it. Mend or update it, then: dramabot plugin enable ${id}`
          : `The bot runs without it. Mend it, or take it out of ${external.has(id) ? "the plugins folder" : "bot.config.ts"}.`;
      return { check, state: "fail", detail: `${version}, ${state}: ${detail ?? "it did not say why"}`, advice };
    }
    const notice = notices.get(id);
    if (notice === undefined) return { check, state: "ok", detail: version };
    const told = { check, detail: `${version}; terms: ${notice}` };
    if (!isPublic) return { ...told, state: "ok" };
    return { ...told, state: "warn", advice: "The bot is public: see that this is allowed." };
  });
  const asked = services
    .filter(({ name }) => !OWN.includes(name))
    .map(({ name, state, latency, detail }): Finding => {
      const check = `upstream ${name}`;
      if (state === "up") return { check, state: "ok", detail: `answers (${latency} ms)` };
      if (state === "degraded")
        return { check, state: "warn", detail: detail ?? "degraded", advice: "It works, but look at it." };
      const advice = "Try again in a minute; check the network, and the plugin's options if it lasts.";
      return { check, state: "fail", detail: detail ?? "down", advice };
    });
  return [...(started.length === 0 ? [none] : started), ...asked];
}
