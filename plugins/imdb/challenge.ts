import { BotError, type HttpResponse } from "dramabot/plugin";

/**
 * Since 2026-03 IMDb answers a bot that it refuses with 202, an empty body and a header. That is not to be solved
 * or evaded.
 *
 * @throws BotError `http.blocked` for such an answer.
 */
export function refuseChallenge(response: HttpResponse, who: string): void {
  if (response.status === 202 || response.headers["x-amzn-waf-action"] !== undefined) throw challenged(who);
}

/** What is thrown for an answer that wants to see a browser. */
export function challenged(who: string): BotError {
  return new BotError("http.blocked", `${who} wants a browser check. Choose another provider.`);
}
