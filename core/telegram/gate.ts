import { publicModeOf, type Role, roleOf } from "../domain/access.ts";
import type { Logger } from "../plugin/context.ts";
import type { Store } from "../store/store.ts";

/** Who the bot belongs to and whom it serves. */
export interface AccessConfig {
  readonly ownerId: number;
  /** Whether everybody is served while no `public_mode` is stored. */
  readonly isPublic: boolean;
}

export interface GateOptions extends AccessConfig {
  readonly store: Pick<Store, "authorized" | "settings">;
  readonly log: Logger;
}

/** Tells who somebody is to the bot. */
export interface Gate {
  /** Never rejects: what cannot be read counts as "no". */
  role(userId: number): Promise<Role>;
  /** The mode in force; `undefined` when it cannot be read. */
  publicMode(): Promise<boolean | undefined>;
}

/** Makes the access gate. It fails closed: a store that cannot be read lets only the owner in. */
export function createGate({ ownerId, isPublic, store, log }: GateOptions): Gate {
  const read = async <T>(what: string, run: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      log.error(`Access could not be checked: ${what} cannot be read. Nobody but the owner is let in.`, { error });
      return undefined;
    }
  };
  const publicMode = () =>
    read("the public mode", async () => publicModeOf(await store.settings.get("public_mode"), isPublic));
  return {
    publicMode,
    async role(userId) {
      if (userId === ownerId) return "owner";
      const mode = await publicMode();
      if (mode === true) return "member";
      const authorised = await read("the access list", () => store.authorized.has(userId));
      return roleOf({ userId, ownerId, publicMode: mode, authorised });
    },
  };
}
