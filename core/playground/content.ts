import { cleanText, isBlank, trimText } from "./cleaning.ts";
import { detectEntities } from "./detection.ts";
import { addDetected, settleEntities } from "./entities.ts";
import { type Parsed, parseHtml } from "./html.ts";
import { argument, fieldsOf, json, type Params } from "./parameters.ts";
import type { Message, Person } from "./protocol.ts";
import { badRequest } from "./refusal.ts";

/**
 * Longest text and caption, in UTF-16 code units after parsing. Telegram's own server may count an emoji once;
 * whoever keeps to this keeps to that.
 */
export const TEXT_LIMIT = 4096;
const CAPTION_LIMIT = 1024;
/** Longest text before parsing, in bytes. */
const RAW_LIMIT = 32_768;
/** Most entities of a message (Bot API, "Formatting options"). */
const MOST_ENTITIES = 100;

/** Puts a text as Telegram keeps it: cleaned, trimmed, with what it finds by itself. */
export function keptText(parsed: Parsed): Parsed {
  const cleaned = cleanText(parsed);
  const { text, entities } = trimText({
    text: cleaned.text,
    entities: settleEntities(cleaned.entities, MOST_ENTITIES),
  });
  return { text, entities: addDetected(entities, detectEntities(text)) };
}

/** Checks `link_preview_options`; previews themselves are not made. */
function checkPreview(params: Params): void {
  const options = json(params, "link_preview_options", "Can't parse link preview options JSON object");
  if (options !== undefined && !fieldsOf(options)) throw badRequest("Object expected as link preview options");
}

/**
 * Reads a text or caption as the call asks.
 *
 * @param person Looks up whom a link to a person names.
 */
export function readText(params: Params, name: "text" | "caption", person: (id: number) => Person | undefined): Parsed {
  if (name === "text") checkPreview(params);
  const source = argument(params, name);
  if (source === "") {
    if (name === "text") throw badRequest("Message text is empty");
    return { text: "", entities: [] };
  }
  if (source.length > RAW_LIMIT || Buffer.byteLength(source) > RAW_LIMIT) throw badRequest("Text is too long");
  const mode = argument(params, "parse_mode").toLowerCase();
  // Half of an emoji, as a text has it that was cut at the wrong place.
  if (!source.isWellFormed()) throw badRequest(`${mode === "html" ? "Text" : "Strings"} must be encoded in UTF-8`);
  if (mode === "html") return keptText(parseHtml(source, person));
  if (mode !== "" && mode !== "none")
    throw badRequest(mode.startsWith("markdown") ? "The playground parses HTML only" : "Unsupported parse_mode");
  if (argument(params, name === "text" ? "entities" : "caption_entities") !== "")
    throw badRequest("The playground takes entities as HTML only");
  return keptText({ text: source, entities: [] });
}

/** What the Bot API says of a long text, which differs between sending and editing. */
export type Occasion = "send" | "edit";

/** The fields of a text message. @throws Refusal when it shows nothing or is too long. */
export function textContent({ text, entities }: Parsed, occasion: Occasion): Pick<Message, "text" | "entities"> {
  if (isBlank(text)) throw badRequest("Text must be non-empty");
  if (text.length > TEXT_LIMIT) throw badRequest(occasion === "send" ? "Message is too long" : "MESSAGE_TOO_LONG");
  return { text, ...(entities.length > 0 ? { entities } : {}) };
}

/** The fields of a caption; none for an empty one. @throws Refusal when it is too long. */
export function captionContent(
  { text, entities }: Parsed,
  occasion: Occasion,
): Pick<Message, "caption" | "caption_entities"> {
  if (text.length > CAPTION_LIMIT)
    throw badRequest(occasion === "send" ? "Message caption is too long" : "MEDIA_CAPTION_TOO_LONG");
  if (text === "") return {};
  return { caption: text, ...(entities.length > 0 ? { caption_entities: entities } : {}) };
}
