/** The page as a whole: who is writing, which chat is open, and what the emulator tells about it. */
import { follow, loadCommands, pressButton, sendText } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { avatar, element, icon, paintAvatar } from "./dom.js";
import { drawEmpty } from "./empty.js";
import { excerptOf } from "./message.js";
import { Model } from "./model.js";
import { showAlert, showProblems, showToast } from "./notices.js";
import { drawChats, drawPeople } from "./sidebar.js";
import { startTheme } from "./theme.js";
import { Typing } from "./typing.js";

const parts = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const model = new Model();
const opened = { person: undefined, chat: undefined };
/** The newest message seen, by person and chat. */
const seen = new Map();
const menu = { of: "", commands: [] };
const typing = new Typing(parts["chat-status"]);
/** Where a finger writes, a field that takes the focus covers half the page with the phone's keyboard. */
const touch = matchMedia("(pointer: coarse)");

const composer = new Composer(parts, send);
const conversation = new Conversation(parts, {
  press,
  onCommand: (command) => send(command),
  leave: () => composer.focus(),
  reply: (id) => {
    const message = model.messages(opened.chat, opened.person).find((each) => each.id === id);
    if (message)
      composer.startReply({ id, name: message.mine ? "yourself" : message.name, excerpt: excerptOf(message) });
  },
});

startTheme(parts.theme);
parts.back.append(icon("back"));
parts.back.addEventListener("click", () => showList(parts.chats.querySelector("[aria-current=true]")));
parts["writing-as"].addEventListener("click", () => showList(parts.people.querySelector("[aria-checked=true]")));
document.addEventListener("keydown", typeAnywhere);
follow({ onState, onEvent, onLost });
parts.input.focus();

function onState(state) {
  model.load(state);
  const people = model.people();
  opened.person = people.find(({ id }) => id === opened.person)?.id ?? people[0]?.id;
  const chats = model.chats(opened.person);
  opened.chat = chats.find(({ id }) => id === opened.chat)?.id ?? chats[0]?.id;
  // A playground that was started anew counts its messages from one again.
  for (const person of people)
    for (const { id } of model.chats(person.id)) {
      const key = `${person.id}:${id}`;
      const newest = model.messages(id, person.id).at(-1)?.id ?? 0;
      if (newest < (seen.get(key) ?? 0)) seen.set(key, 0);
    }
  menu.of = "";
  showNote(model.note, false);
  showProblems(parts.problems, model.problems);
  draw();
}

function onLost() {
  showNote(
    "The playground does not answer. Trying again… If you started it anew, open the address that it printed.",
    true,
  );
}

function onEvent(event) {
  const notice = model.apply(event);
  if (notice?.kind === "typing" && notice.chat === opened.chat) typing.begin();
  if (notice?.kind === "commands") menu.of = "";
  if (notice?.kind === "problems") showProblems(parts.problems, model.problems);
  draw();
}

function draw() {
  const { person, chat } = opened;
  const current = model.chats(person).find(({ id }) => id === chat);
  if (current === undefined) return;
  const messages = model.messages(chat, person);
  const newest = messages.at(-1);
  const key = `${person}:${chat}`;
  if (newest?.mine === false && newest.id > (seen.get(key) ?? 0)) typing.end();
  seen.set(key, newest?.id ?? 0);

  drawSide(current);
  parts.app.classList.toggle("private", current.type === "private");
  parts["chat-title"].textContent = current.title;
  paintAvatar(parts["chat-avatar"], current.title);
  typing.draw(current.status);
  document.title = `${current.title} · Playground`;
  drawEmpty(parts, {
    shown: messages.length === 0,
    type: current.type,
    suggestions: model.suggestions,
    commands: menu.commands,
    send: suggest,
    fill: (text) => composer.fill(text),
  });
  composer.switchTo(key);
  conversation.show(key, messages);
  if (menu.of !== key) void loadMenu(key);
}

function drawSide(current) {
  const { person } = opened;
  const chats = model.chats(person).map((each) => {
    const messages = model.messages(each.id, person);
    const last = messages.at(-1);
    const unread = messages.filter(({ id, mine }) => !mine && id > (seen.get(`${person}:${each.id}`) ?? 0)).length;
    return { ...each, current: each.id === current.id, last, unread };
  });
  drawChats(parts.chats, chats, (id) => open(opened.person, id));
  const people = model.people().map((each) => ({ ...each, current: each.id === person }));
  drawPeople(parts.people, people, (id) => {
    // A group is everyone's and stays open; a private chat gives way to the other person's.
    const chatsOfOther = model.chats(id);
    open(id, (chatsOfOther.find((each) => each.id === opened.chat) ?? chatsOfOther[0])?.id);
  });
  const name = model.nameOf(person);
  if (parts["writing-as"].dataset.shown === name) return;
  parts["writing-as"].dataset.shown = name;
  parts["writing-as"].hidden = false;
  parts["writing-as"].setAttribute("aria-label", `Writing as ${name}`);
  parts["writing-as"].replaceChildren(element("span", {}, name), avatar(name, "small"));
}

function open(person, chat) {
  opened.person = person;
  opened.chat = chat;
  typing.end();
  parts.app.dataset.pane = "chat";
  draw();
  if (!touch.matches) composer.focus();
}

/** Shows the left column, which a phone hides, and puts the focus on an entry of it. */
function showList(entry) {
  parts.app.dataset.pane = "list";
  entry?.focus();
}

async function loadMenu(key) {
  menu.of = key;
  const [userId, chatId] = key.split(":");
  try {
    const commands = model.commandsOf(await loadCommands({ chatId, userId }));
    if (menu.of !== key) return;
    menu.commands = commands;
    composer.commands = commands;
    draw();
  } catch {
    menu.of = "";
  }
}

async function send(text, replyTo) {
  try {
    model.sent(await sendText(model.sendRequest({ ...opened, text, replyTo })));
    draw();
    return true;
  } catch (failure) {
    showFailure(failure, "Not sent: the playground does not answer.");
    return false;
  }
}

function suggest(text) {
  void send(text);
  if (!touch.matches) composer.focus();
}

async function press(id, button, key) {
  if (button.copy !== undefined) {
    await navigator.clipboard?.writeText(button.copy).catch(() => undefined);
    return showToast(parts.toasts, "Copied.");
  }
  if (button.data === undefined) return showToast(parts.toasts, "This button works in Telegram only.");
  key.setAttribute("aria-busy", "true");
  try {
    const { text, alert } = model.pressed(
      await pressButton(model.pressRequest({ ...opened, message: id, data: button.data })),
    );
    if (text && alert) showAlert(parts.alert, parts["alert-text"], text);
    else if (text) showToast(parts.toasts, text);
  } catch (failure) {
    showFailure(failure, "The playground does not answer.");
  } finally {
    key.removeAttribute("aria-busy");
  }
}

/** A `TypeError` of `fetch` is a server that is not there; anything else carries what the server said. */
function showFailure(failure, unreachable) {
  showToast(parts.toasts, failure instanceof TypeError ? unreachable : failure.message);
}

function showNote(text, offline) {
  parts.note.classList.toggle("offline", offline);
  parts.note.hidden = text === "";
  if (parts.note.textContent !== text) parts.note.textContent = text;
}

/** Whoever types with the focus elsewhere means the field. */
function typeAnywhere(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.length !== 1 || event.key === " " || event.target.closest("textarea, dialog")) return;
  composer.focus();
}
