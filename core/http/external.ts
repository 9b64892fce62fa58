import { BotError, errorCode } from "../domain/errors.ts";
import type { HttpClient } from "../plugin/http.ts";
import { type PluginFiles, shownPlace } from "../plugin/shown-place.ts";
import { createHostCheck } from "./hosts.ts";

/** `files` is `undefined` for a plugin that comes with the program. */
export interface ExternalHttpOptions extends PluginFiles {
  readonly plugin: string;
  /** Hosts that the plugin declared. */
  readonly hosts: readonly string[];
  /** Where calls to those hosts are sent instead: `http://…/upstream/<id>`. */
  readonly samples: string | undefined;
}

/**
 * The client of an external plugin: a call to a host that it did not declare names the line that made it, and in the
 * playground its samples answer in the place of its hosts.
 */
export function externalHttp(http: HttpClient, options: ExternalHttpOptions): HttpClient {
  const { plugin, hosts, files, from = files?.[0], samples } = options;
  if (files === undefined) return http;
  const check = createHostCheck(plugin, { hosts, operatorOrigins: samples === undefined ? [] : [samples] });
  const redirected = (input: string | URL): string | URL => {
    if (samples === undefined) return input;
    const { url, trusted } = check(input);
    return trusted ? url : `${samples}${url.pathname}${url.search}`;
  };
  const placed = async <T>(call: () => Promise<T>, here: Error): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (errorCode(error) !== "http.host_denied" || !(error instanceof Error)) throw error;
      const at = shownPlace({ files, from }, here) ?? from;
      const todo = error.message.includes("permissions.http")
        ? "Add the host to permissions.http in definePlugin({ … })"
        : "Mend it there";
      const told = `${at}: ${error.message.replace(/[.:\s]+$/, "")}. ${todo}.`;
      throw new BotError("http.host_denied", told, { cause: error, plugin });
    }
  };
  return {
    get: (url, options) => placed(async () => http.get(redirected(url), options), new Error("called from")),
    post: (url, body, options) =>
      placed(async () => http.post(redirected(url), body, options), new Error("called from")),
  };
}
