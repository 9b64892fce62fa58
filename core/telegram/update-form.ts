type Fields = Readonly<Record<string, unknown>>;
/** Where a value is wrong, such as `.from.id`; `undefined` when it is right. */
type Check = (value: unknown) => string | undefined;

/**
 * Looks at the fields of an update that the bot uses, before anything uses them: what Telegram sends has the right form,
 * so whatever has not is no use to anybody. Further fields, and kinds that the bot does not ask for, may be as they like.
 *
 * @returns the path of the first field that is missing or of a wrong type, such as `message.chat.id`.
 */
export function malformedField(update: object): string | undefined {
  const { message, callback_query: query } = update as Fields;
  const wrong = optional(fullMessage)(message);
  if (wrong !== undefined) return `message${wrong}`;
  const wrongQuery = optional(callbackQuery)(query);
  return wrongQuery === undefined ? undefined : `callback_query${wrongQuery}`;
}

const number: Check = (value) => (Number.isSafeInteger(value) ? undefined : "");
const text: Check = (value) => (typeof value === "string" ? undefined : "");

function optional(check: Check): Check {
  return (value) => (value === undefined ? undefined : check(value));
}

function fields(checks: Readonly<Record<string, Check>>): Check {
  const all = Object.entries(checks);
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "";
    for (const [name, check] of all) {
      const wrong = check((value as Fields)[name]);
      if (wrong !== undefined) return `.${name}${wrong}`;
    }
    return undefined;
  };
}

function list(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return "";
    for (const [index, item] of value.entries()) {
      const wrong = check(item);
      if (wrong !== undefined) return `[${index}]${wrong}`;
    }
    return undefined;
  };
}

const user = fields({
  id: number,
  first_name: optional(text),
  last_name: optional(text),
  username: optional(text),
});
const entities = optional(list(fields({ type: text, url: optional(text) })));
const buttons = list(list(fields({ text: optional(text), callback_data: optional(text), url: optional(text) })));

/** What a message and the one it replies to have in common. */
const common = {
  message_id: number,
  from: optional(user),
  via_bot: optional(user),
  text: optional(text),
  caption: optional(text),
  entities,
  caption_entities: entities,
  message_thread_id: optional(number),
  reply_markup: optional(fields({ inline_keyboard: optional(buttons) })),
};
const fullMessage = fields({
  ...common,
  date: number,
  chat: fields({ id: number, type: text }),
  reply_to_message: optional(fields(common)),
});
const callbackQuery = fields({ id: text, from: user, data: optional(text), message: optional(fullMessage) });
