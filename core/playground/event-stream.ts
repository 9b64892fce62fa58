import type { World } from "./world.ts";

/** How often a quiet stream says that it is alive, in ms. */
const BEAT = 15_000;
/** Events that may wait for a page that does not read; then its stream ends, and the page loads anew. */
const BACKLOG = 5_000;

/** Streams what happens in a world as server-sent events, until the client leaves. */
export function streamEvents(world: Pick<World, "on">, signal: AbortSignal): Response {
  const encoder = new TextEncoder();
  let leave: () => void = () => undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let left = false;
        const write = (text: string) => {
          if (left) return;
          if ((controller.desiredSize ?? 0) <= 0) end();
          else controller.enqueue(encoder.encode(text));
        };
        const beat = setInterval(write, BEAT, ": beat\n\n");
        beat.unref();
        const off = world.on((event) => write(`data: ${JSON.stringify(event)}\n\n`));
        leave = () => {
          left = true;
          clearInterval(beat);
          off();
          signal.removeEventListener("abort", end);
        };
        const end = () => {
          leave();
          controller.close();
        };
        write(": open\n\n");
        if (signal.aborted) end();
        else signal.addEventListener("abort", end, { once: true });
      },
      cancel: () => leave(),
    },
    { highWaterMark: BACKLOG },
  );
  return new Response(stream, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
}
