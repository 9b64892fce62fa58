import type { Method } from "./method.ts";
import { argument, integer, json, type Params, truth } from "./parameters.ts";
import { badRequest, Refusal } from "./refusal.ts";
import type { World } from "./world.ts";

const WEBHOOK_ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
const WEBHOOK_SET = "Conflict: terminated by setWebhook request";

/** Ports that webhooks may have (Bot API, setWebhook). */
const PORTS = ["", "80", "88", "443", "8443"];
/** Connections a webhook has by default, and at most (Bot API, setWebhook). */
const CONNECTIONS = { usual: 40, most: 100 } as const;
/** Longest secret, in characters (Bot API, setWebhook). */
const SECRET = 256;

/** Kinds of updates that are wanted from now on; `undefined` leaves them as they are. */
function allowedUpdates(params: Params): readonly string[] | undefined {
  let kinds: unknown;
  try {
    kinds = json(params, "allowed_updates", "");
  } catch {
    // Telegram takes what it cannot read for nothing said.
  }
  return Array.isArray(kinds) ? kinds.filter((kind) => typeof kind === "string") : undefined;
}

/**
 * Checks a webhook's URL. On loopback http and every port will do, as for a Bot API server that runs with `--local`:
 * a test has no certificate. Telegram itself takes https alone, on four ports.
 */
function checkUrl(text: string): void {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || !/^https?:$/.test(url.protocol)) throw badRequest("invalid webhook URL specified");
  if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) return;
  if (url.protocol === "http:") throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
  if (!PORTS.includes(url.port))
    throw badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443");
}

function deleteWebhook({ updates, webhook }: World, params: Params): true {
  if (truth(params, "drop_pending_updates")) updates.drop();
  webhook.set(undefined);
  return true;
}

/** Methods by which the bot gets its updates. */
export const receiving: Readonly<Record<string, Method>> = {
  getupdates({ updates, webhook }, { params, signal }) {
    if (webhook.settings) throw new Refusal(409, WEBHOOK_ACTIVE);
    return updates.get(
      {
        offset: integer(params, "offset"),
        limit: argument(params, "limit") === "" ? 100 : integer(params, "limit"),
        timeout: integer(params, "timeout"),
        allowed: allowedUpdates(params),
      },
      signal,
    );
  },
  setwebhook(world, { params }) {
    const url = argument(params, "url").trim();
    if (url === "") return deleteWebhook(world, params);
    checkUrl(url);
    const secret = argument(params, "secret_token");
    if (secret.length > SECRET) throw badRequest("secret token is too long");
    if (!/^[\w-]*$/.test(secret)) throw badRequest("secret token contains unallowed characters");
    const wanted = argument(params, "max_connections") === "" ? CONNECTIONS.usual : integer(params, "max_connections");
    const { updates, webhook } = world;
    const kinds = allowedUpdates(params);
    if (kinds) updates.allow(kinds);
    if (truth(params, "drop_pending_updates")) deleteWebhook(world, params);
    updates.refuse(new Refusal(409, WEBHOOK_SET));
    webhook.set({ url, secret, connections: Math.min(CONNECTIONS.most, Math.max(1, wanted)) });
    return true;
  },
  deletewebhook: (world, { params }) => deleteWebhook(world, params),
  getwebhookinfo({ updates, webhook }) {
    const { settings, failure } = webhook;
    return {
      url: settings?.url ?? "",
      has_custom_certificate: false,
      pending_update_count: updates.pending,
      ...(failure ? { last_error_date: failure.at, last_error_message: failure.message } : {}),
      ...(settings ? { max_connections: settings.connections } : {}),
      ...(settings && updates.allowed.length > 0 ? { allowed_updates: updates.allowed } : {}),
    };
  },
};
