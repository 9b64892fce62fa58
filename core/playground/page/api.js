/** What the page asks of the emulator; see `protocol.ts` for the shapes. */

async function ask(path, body) {
  const request =
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/api/${path}`, { ...request, cache: "no-store" });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Error(answer.error ?? answer.description ?? `The playground answered ${response.status}.`);
  return answer;
}

/** Sends a text as one of the people. */
export const sendText = (message) => ask("send", message);

/** Presses an inline button as one of the people; the answer comes when the bot has answered. */
export const pressButton = (press) => ask("press", press);

/** The command menu for a person in a chat. */
export const loadCommands = ({ chatId, userId }) => ask(`commands?chatId=${chatId}&userId=${userId}`);

/** The longest time, in ms, between two tries to join again. */
const LONGEST_WAIT = 2000;

/**
 * Follows the emulator for as long as the page is open: first everything there is, then each event. When the line
 * breaks, or the state does not come, it joins again and starts with everything anew.
 * @param {{onState: (state: object) => void, onEvent: (event: object) => void, onLost: () => void}} listener
 */
export function follow({ onState, onEvent, onLost }) {
  let wait = 500;
  const join = () => {
    const source = new EventSource("/api/events");
    /** Events that come before the state is there are told after it. */
    let early = [];
    let ended = false;
    const lost = () => {
      if (ended) return;
      ended = true;
      source.close();
      onLost();
      setTimeout(join, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
    source.addEventListener("open", async () => {
      const state = await ask("state").catch(() => undefined);
      if (ended) return;
      if (state === undefined) return lost();
      wait = 500;
      onState(state);
      for (const event of early) onEvent(event);
      early = undefined;
    });
    source.addEventListener("message", ({ data }) => {
      const event = JSON.parse(data);
      if (early === undefined) onEvent(event);
      else early.push(event);
    });
    source.addEventListener("error", lost);
  };
  join();
}
