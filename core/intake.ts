import type { App } from "./app.ts";
import type { Handler } from "./server/server.ts";
import { createWebhookRoute, type WebhookOutcome } from "./server/webhook.ts";
import type { Handling } from "./telegram/handling.ts";
import type { Intake } from "./telegram/intake.ts";
import { createPolling, type PollingApi } from "./telegram/polling.ts";
import { createWebhookIntake } from "./telegram/webhook.ts";
import { checkWebhook } from "./telegram/webhook-check.ts";
import { createRegistration, type RegistrationApi } from "./telegram/webhook-registration.ts";
import { keptWebhookSecret } from "./telegram/webhook-secret.ts";
import { redactSecrets } from "./telemetry/redact.ts";

/** The setting that remembers which webhook was set last. */
const MARK = "webhook.mark";

export interface ChosenIntake {
  readonly intake: Intake;
  /** For the HTTP server, when updates come by webhook. */
  readonly webhook?: { readonly path: string; readonly answer: Handler };
}

/** Chooses how updates come: by webhook when `WEBHOOK_URL` is set, else by long polling. */
export async function chooseIntake(
  app: App,
  { api, botId, handling }: { readonly api: PollingApi & RegistrationApi; botId: number; handling: Handling },
): Promise<ChosenIntake> {
  const log = app.log.logger("intake");
  const { WEBHOOK_URL: url, WEBHOOK_SECRET } = app.configuration.settings;
  if (url === undefined) return { intake: createPolling({ api, handling, log }) };

  const { settings } = app.store;
  const secret = WEBHOOK_SECRET ?? (await keptWebhookSecret(settings));
  redactSecrets([secret]);
  const last = { get: () => settings.get(MARK), set: (mark: string) => settings.set(MARK, mark) };
  const intake = createWebhookIntake({
    handling,
    log,
    register: createRegistration({ api, url, secret, botId, last, log }),
  });
  app.addCheck({ name: "webhook", check: (signal) => checkWebhook(api, { url, signal }) });

  let strangers = 0;
  const onAnswer = (outcome: WebhookOutcome) => {
    app.metrics.webhook(outcome);
    if (outcome === "wrong_secret" && strangers++ === 0)
      log.warn("Somebody posted to the webhook without its secret. This is told once; the metrics count the rest.");
  };
  const answer = createWebhookRoute({ secret, receive: intake.receive, onAnswer });
  return { intake, webhook: { path: new URL(url).pathname, answer } };
}
