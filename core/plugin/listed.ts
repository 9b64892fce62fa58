import type { PluginHealth } from "./health.ts";
import type { Running } from "./running.ts";

/** The plugins as the operator sees them, each under a name of its own; not those that are set up while another still serves. */
export function listed(running: readonly Running[]): PluginHealth[] {
  const seen = running.filter(({ standing }) => standing.is !== "staged");
  return seen.map((plugin, index) => {
    const { version, state, since, detail } = plugin;
    const isTaken = seen.some((other, at) => {
      if (other.id !== plugin.id || other.state === "disposed") return false;
      return other.state !== "failed" || at < index;
    });
    return {
      id: state === "failed" && isTaken ? idOfLeftOut(plugin.id, plugin.entry.from) : plugin.id,
      version,
      state,
      since: new Date(since).toISOString(),
      ...(detail === undefined ? {} : { detail }),
    };
  });
}

/** What goes by the id of another plugin has this in its place. @param from its file, as the operator writes it. */
export function idOfLeftOut(id: string, from: string | undefined): string {
  return from === undefined ? id : `${id} (${from})`;
}
