import { createServer, type RequestListener, type Server } from "node:http";

/** A listening HTTP server. */
export interface Listener {
  /** e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Stops listening and ends every connection. */
  dispose(): Promise<void>;
}

/**
 * Serves a handler over HTTP.
 *
 * @throws the system's error when the address cannot be had (`EADDRINUSE`, `EACCES`).
 */
export async function serve(
  handler: (request: Request) => Response | Promise<Response>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listener> {
  let listener: Promise<RequestListener> | undefined;
  // Loaded with the first request: it brings the runtime's own fetch along, which costs a start 20 ms and 10 MB.
  const load = async () => (await import("@hono/node-server")).getRequestListener(handler);
  const server: Server = createServer(async (request, response) => {
    listener ??= load();
    (await listener)(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  const actual = typeof address === "object" && address ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${actual}`,
    dispose: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
