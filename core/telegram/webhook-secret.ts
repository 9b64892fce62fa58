import { randomBytes } from "node:crypto";
import type { Store } from "../store/store.ts";

const KEY = "webhook.secret";

/** The secret that Telegram shows with every update: made once, then kept. */
export async function keptWebhookSecret(settings: Store["settings"]): Promise<string> {
  const kept = await settings.get(KEY);
  if (typeof kept === "string" && /^[\w-]{16,256}$/.test(kept)) return kept;
  const made = randomBytes(32).toString("base64url");
  await settings.set(KEY, made);
  return made;
}
