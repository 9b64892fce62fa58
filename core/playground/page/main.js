/** The page as a whole: who is writing, which chat is open, and what the emulator tells about it. */
import { listen, loadCommands, loadState, pressButton, sendText } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { element, icon, paintAvatar } from "./dom.js";
import { excerptOf } from "./message.js";
import { Model } from "./model.js";
import { showAlert, showToast } from "./notices.js";
import { drawChats, drawPeople } from "./sidebar.js";
import { startTheme } from "./theme.js";

const parts = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const model = new Model();
const opened = { person: undefined, chat: undefined };
const seen = new Map();
let typingUntil = 0;
let typingTimer;
let commandsOf = "";
/** Events that come while the state is being loaded are applied after it. */
let waiting;

const composer = new Composer(parts, send);
const conversation = new Conversation(parts, {
  press,
  onCommand: (command) => send(command, undefined),
  leave: () => composer.focus(),
  reply: (id) => {
    const message = model.messages(opened.chat, opened.person).find((each) => each.id === id);
    if (message)
      composer.startReply({ id, name: message.mine ? "yourself" : message.name, excerpt: excerptOf(message) });
  },
});

startTheme(parts.theme);
parts.back.append(icon("back"));
parts.back.addEventListener("click", () => {
  parts.app.dataset.pane = "list";
  parts.chats.querySelector("[aria-current=true]")?.focus();
});
listen({ onOpen: () => void reload(), onLost: () => offline(true), onEvent });
parts.input.focus();

async function reload() {
  waiting = [];
  try {
    model.load(await loadState());
    offline(false);
    for (const event of waiting) model.apply(event);
    const people = model.people();
    opened.person = people.find(({ id }) => id === opened.person)?.id ?? people[0]?.id;
    const chats = model.chats(opened.person);
    opened.chat = chats.find(({ id }) => id === opened.chat)?.id ?? chats[0]?.id;
    draw();
  } catch {
    offline(true);
  } finally {
    waiting = undefined;
  }
}

function onEvent(event) {
  if (waiting !== undefined) return void waiting.push(event);
  const notice = model.apply(event);
  if (notice === undefined) return draw();
  if (notice.kind === "reload") return void reload();
  if (notice.kind === "typing" && notice.chat === opened.chat) showTyping();
  if (notice.kind === "commands") commandsOf = "";
  draw();
}

function draw() {
  const { person, chat } = opened;
  const current = model.chats(person).find(({ id }) => id === chat);
  if (current === undefined) return;
  const messages = model.messages(chat, person);
  const key = `${person}:${chat}`;
  if (messages.at(-1)?.mine === false && messages.at(-1).id > (seen.get(key) ?? 0)) typingUntil = 0;
  seen.set(key, messages.at(-1)?.id ?? 0);

  const chats = model.chats(person).map((each) => {
    const last = model.messages(each.id, person).at(-1);
    const unread = model
      .messages(each.id, person)
      .filter(({ id, mine }) => !mine && id > (seen.get(`${person}:${each.id}`) ?? 0)).length;
    return { ...each, current: each.id === chat, last, unread };
  });
  drawChats(parts.chats, chats, (id) => open(opened.person, id));
  const private_ = current.type === "private";
  drawPeople(
    parts.people,
    model.people().map((each) => ({ ...each, current: each.id === person })),
    (id) => {
      // Who is in a group stays in it; their private chat is another one.
      const kept = parts.app.classList.contains("private") ? undefined : opened.chat;
      open(id, kept ?? model.chats(id)[0]?.id);
    },
  );

  parts.app.classList.toggle("private", private_);
  parts["chat-title"].textContent = current.title;
  paintAvatar(parts["chat-avatar"], current.title);
  parts["writing-as"].textContent = `as ${model.nameOf(person)}`;
  drawStatus(current);
  document.title = `${current.title} · Playground`;
  if (!parts.note.classList.contains("offline")) showNote(model.note);
  drawEmpty(messages.length === 0, current);
  composer.switchTo(key);
  conversation.show(key, messages);
  if (commandsOf !== key) {
    commandsOf = key;
    void loadCommands({ chatId: chat, userId: person })
      .then((answer) => {
        if (commandsOf === key) composer.commands = model.commandsOf(answer);
      })
      .catch(() => {
        commandsOf = "";
      });
  }
}

function open(person, chat) {
  opened.person = person;
  opened.chat = chat;
  typingUntil = 0;
  parts.app.dataset.pane = "chat";
  draw();
  composer.focus();
}

async function send(text, replyTo) {
  try {
    const answer = await sendText(model.sendRequest({ ...opened, text, replyTo }));
    model.sent(answer);
    draw();
    return true;
  } catch (failure) {
    showToast(
      parts.toasts,
      failure instanceof TypeError ? "Not sent: the playground does not answer." : failure.message,
    );
    return false;
  }
}

async function press(id, button, key) {
  if (button.copy !== undefined) {
    await navigator.clipboard?.writeText(button.copy).catch(() => undefined);
    return showToast(parts.toasts, "Copied.");
  }
  if (button.data === undefined) return showToast(parts.toasts, "This button works in Telegram only.");
  key.setAttribute("aria-busy", "true");
  try {
    showAnswer(model.pressed(await pressButton(model.pressRequest({ ...opened, message: id, data: button.data }))));
  } catch (failure) {
    showToast(parts.toasts, failure instanceof TypeError ? "The playground does not answer." : failure.message);
  } finally {
    key.removeAttribute("aria-busy");
  }
}

function showAnswer(answer) {
  if (!answer?.text) return;
  if (answer.alert) showAlert(parts.alert, parts["alert-text"], answer.text);
  else showToast(parts.toasts, answer.text);
}

function drawEmpty(empty, chat) {
  parts.empty.hidden = !empty;
  if (!empty) return;
  parts["empty-text"].textContent =
    chat.type === "private"
      ? "Type a title, or try one of these."
      : "In a group the bot answers commands and replies. Try one of these.";
  const suggestions = model.suggestions.map((text) =>
    element("button", { type: "button", onclick: () => void send(text).then(() => composer.focus()) }, text),
  );
  parts.suggestions.replaceChildren(...suggestions);
}

function showTyping() {
  typingUntil = Date.now() + 5000;
  clearTimeout(typingTimer);
  typingTimer = setTimeout(draw, 5050);
}

function drawStatus({ status }) {
  const typing = Date.now() < typingUntil;
  const target = parts["chat-status"];
  if (target.dataset.shown === `${typing}${status}`) return;
  target.dataset.shown = `${typing}${status}`;
  target.classList.toggle("busy", typing);
  target.replaceChildren(typing ? "typing" : status);
  if (typing)
    target.append(
      element("span", { class: "typing", "aria-hidden": "true" }, element("i"), element("i"), element("i")),
    );
}

function offline(lost) {
  parts.note.classList.toggle("offline", lost);
  showNote(lost ? "The playground does not answer. Trying again…" : model.note);
}

function showNote(text) {
  parts.note.hidden = text === "";
  if (parts.note.textContent !== text) parts.note.textContent = text;
}
