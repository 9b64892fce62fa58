import type { Message } from "grammy/types";
import type { Api } from "grammy/web";
import type { Source } from "../plugin/source.ts";
import type { Store } from "../store/store.ts";
import { showBusy } from "./busy.ts";
import { cleanQuery, QUERY_LIMIT } from "./commands.ts";
import type { Apologies } from "./failure.ts";
import { cardKeyboard, resultsKeyboard } from "./keyboards.ts";
import type { Lookups } from "./lookups.ts";
import { sendText } from "./messages.ts";
import { replyPlace } from "./place.ts";
import { mixResults, resultsText, type SourceHits, type StoredResults } from "./results.ts";
import type { CardSender } from "./send-card.ts";
import { texts } from "./texts.ts";

export interface AskOptions {
  readonly api: Api;
  readonly lookups: Lookups;
  readonly sender: CardSender;
  readonly store: Pick<Store, "keyboards">;
  readonly apologies: Apologies;
}

/** Answers what people ask for in messages. */
export interface Ask {
  /** Answers with a list of what the sources found, side by side. */
  search(message: Message, askerId: number, text: string, sources: readonly Source[]): Promise<void>;
  /** Answers with a title's card; `orElse` is asked for when there is no such title. */
  card(message: Message, askerId: number, target: CardTarget): Promise<void>;
}

/** A title of a source. */
interface CardTarget {
  readonly source: Source;
  readonly id: string;
  /** Called instead of an answer when the source has no such title. */
  orElse?(): Promise<void>;
}

/** Makes the flow from a message to a list or a card. */
export function createAsk({ api, lookups, sender, store, apologies }: AskOptions): Ask {
  const say = (message: Message, html: string) => sendText(api, replyPlace(message), { html });

  const findAll = async (sources: readonly Source[], query: string) => {
    const found: SourceHits[] = [];
    const failed: { readonly source: Source; readonly error: unknown }[] = [];
    const results = await Promise.allSettled(sources.map((source) => lookups.search(source, query)));
    for (const [index, result] of results.entries()) {
      const source = sources[index];
      if (!source) continue;
      if (result.status === "fulfilled") found.push({ source, hits: result.value });
      else failed.push({ source, error: result.reason });
    }
    return { found, failed };
  };

  return {
    async search(message, askerId, text, sources) {
      const query = cleanQuery(text);
      const [first] = sources;
      if (!first) return say(message, texts.noSources);
      if (query === "") return say(message, texts.nothingToSearch(sources));
      if (query.length > QUERY_LIMIT) return say(message, texts.tooLong(QUERY_LIMIT));
      const place = replyPlace(message);
      const { found, failed } = await showBusy(api, place, findAll(sources, query));
      const items = mixResults(found);
      if (items.length === 0) {
        const [failure] = failed;
        return say(
          message,
          failure ? apologies.html(failure.error, failure.source.name) : texts.nothingFound(query, sources),
        );
      }
      const list: StoredResults = {
        kind: "results",
        chat: message.chat.id,
        asker: askerId,
        query,
        failed: failed.map(({ source }) => source.name),
        items: [...items],
      };
      const key = await store.keyboards.put(list);
      await sendText(api, place, { html: resultsText(list), keyboard: resultsKeyboard(key, items) });
    },

    async card(message, askerId, { source, id, orElse }) {
      const place = replyPlace(message);
      let card: Awaited<ReturnType<Lookups["card"]>>;
      try {
        card = await showBusy(api, place, lookups.card(source, id, askerId));
      } catch (error) {
        return say(message, apologies.html(error, source.name));
      }
      if (!card) return orElse ? orElse() : say(message, texts.noTitle(source));
      await sender.send(place, card, cardKeyboard(askerId));
    },
  };
}
