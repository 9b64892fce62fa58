import type { Api } from "grammy/web";
import type { Logger } from "../plugin/context.ts";
import type { Gate } from "./gate.ts";
import { type Extensions, type OfferedCommand, offeredCommands } from "./offer.ts";

/** Commands in one menu (Bot API, setMyCommands). */
const MENU_LIMIT = 100;

export interface MenuOptions {
  readonly api: Api;
  readonly extensions: Extensions;
  readonly gate: Gate;
  readonly ownerId: number;
  readonly log: Logger;
}

/** The command menu that Telegram shows. */
export interface Menu {
  /** Sets it for everybody, as public mode has it, and for the owner. Never rejects. */
  sync(): Promise<void>;
  /** Sets the owner's menu if that has not worked yet: their chat exists only after `/start`. */
  syncOwner(): Promise<void>;
}

/** Makes the menu from what the running plugins brought. */
export function createMenu({ api, extensions, gate, ownerId, log }: MenuOptions): Menu {
  let ownerHasIt = false;
  const take = (commands: readonly OfferedCommand[]) =>
    commands.slice(0, MENU_LIMIT).map(({ name, description }) => ({ command: name, description }));
  const setOwner = async () => {
    try {
      const scope = { type: "chat", chat_id: ownerId } as const;
      await api.setMyCommands(take(offeredCommands(extensions, "owner")), { scope });
      ownerHasIt = true;
    } catch (error) {
      ownerHasIt = false;
      // Expected of a new bot; the stack of it would have the source map read at every start.
      const reason = error instanceof Error ? error.message : String(error);
      log.info("The owner's command menu is set once they send /start.", { reason });
    }
  };
  return {
    async sync() {
      const role = (await gate.publicMode()) === true ? "member" : "stranger";
      try {
        await api.setMyCommands(take(offeredCommands(extensions, role)), { scope: { type: "default" } });
      } catch (error) {
        log.warn("The command menu could not be set.", { error });
      }
      await setOwner();
    },
    async syncOwner() {
      if (!ownerHasIt) await setOwner();
    },
  };
}
