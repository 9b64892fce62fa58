import { setMaxListeners } from "node:events";

/**
 * Makes what ends sockets, to be aborted behind undici's own `destroy()`: that leaves alone what is still being connected,
 * which would keep the process alive until it is connected or given up, ten seconds later.
 */
export function socketSignal(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // one for each socket, as long as that lives
  return controller;
}
