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

/** Everything there is: people, chats, messages, suggestions and where the data comes from. */
export const loadState = () => ask("state");

/** Sends a text as one of the people. */
export const sendText = (message) => ask("send", message);

/** Presses an inline button as one of the people; the answer comes when the bot has answered. */
export const pressButton = (press) => ask("press", press);

/** The command menu for a person in a chat. */
export const loadCommands = ({ chatId, userId }) => ask(`commands?chatId=${chatId}&userId=${userId}`);

/**
 * Listens to events for as long as the page is open, and joins again when the line breaks.
 * @param {{onEvent: (event: object) => void, onOpen: () => void, onLost: () => void}} listener
 */
export function listen({ onEvent, onOpen, onLost }) {
  let wait = 500;
  const connect = () => {
    const source = new EventSource("/api/events");
    source.addEventListener("open", () => {
      wait = 500;
      onOpen();
    });
    source.addEventListener("message", ({ data }) => onEvent(JSON.parse(data)));
    source.addEventListener("error", () => {
      source.close();
      onLost();
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, 5000);
    });
  };
  connect();
}
