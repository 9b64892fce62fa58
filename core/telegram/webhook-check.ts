import type { RegistrationApi } from "./webhook-registration.ts";

/** A failure to deliver that is older than this is history, in seconds. */
const RECENT = 600;

/**
 * Says whether Telegram delivers to a URL.
 *
 * @returns what is degraded, or nothing.
 */
export async function checkWebhook(
  api: Pick<RegistrationApi, "getWebhookInfo">,
  { url, signal }: { readonly url: string; readonly signal: AbortSignal },
): Promise<{ readonly degraded: string } | undefined> {
  const info = await api.getWebhookInfo(signal);
  if (info.url !== url)
    return {
      degraded: "Telegram sends the updates elsewhere or nowhere; another program changed it. Restart the bot.",
    };
  const { last_error_date: at = 0, last_error_message: message, pending_update_count: waiting } = info;
  if (message === undefined || waiting === 0 || Date.now() / 1000 - at > RECENT) return undefined;
  return { degraded: `Telegram cannot deliver, and ${waiting} updates wait: ${message}` };
}
