import { type PluginFiles, shownPlace } from "./shown-place.ts";

/** Whose handler an error came out of. */
export interface ErrorOrigin {
  /** The plugin's id. */
  readonly plugin: string;
  /** File and line, as the operator writes it, such as `plugins/hello.ts:7`; where it is known. */
  readonly place?: string;
}

const owners = new WeakMap<Error, { readonly id: string; readonly entry: PluginFiles }>();

/** Keeps which plugin's handler threw an error, for whoever logs it. */
export function noteOrigin(error: Error, plugin: { readonly id: string; readonly entry: PluginFiles }): void {
  owners.set(error, plugin);
}

/** @returns `undefined` when it is not known to come out of a plugin's handler. */
export function originOf(error: Error): ErrorOrigin | undefined {
  const plugin = owners.get(error);
  if (plugin === undefined) return undefined;
  // Only when it is logged: to make a stack takes time.
  const place = plugin.entry.files === undefined ? undefined : shownPlace(plugin.entry, error);
  return { plugin: plugin.id, ...(place === undefined ? {} : { place }) };
}
