import type { PluginServices } from "./entry.ts";

/**
 * Puts a check before everything that a plugin's services do with the world outside; logs and metrics are always
 * open.
 *
 * @param check throws when the plugin may not use them any more.
 */
export function guardServices(services: PluginServices, check: () => void): PluginServices {
  const { http, cache, store, workers } = services;
  const guarded =
    <A extends readonly unknown[], T>(method: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      check();
      return await method(...args);
    };
  return {
    ...services,
    http: { get: guarded(http.get.bind(http)), post: guarded(http.post.bind(http)) },
    cache: {
      get: guarded(cache.get.bind(cache)),
      set: guarded(cache.set.bind(cache)),
      delete: guarded(cache.delete.bind(cache)),
    },
    store: {
      get: guarded(store.get.bind(store)),
      set: guarded(store.set.bind(store)),
      delete: guarded(store.delete.bind(store)),
      keys: guarded(store.keys.bind(store)),
    },
    workers: {
      run: async (...args) => {
        check();
        return await workers.run(...args);
      },
    },
  };
}
