import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";

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
  const server: Server = createServer(getRequestListener(handler));
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
