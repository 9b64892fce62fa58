import { readEnvironment } from "../config/environment.ts";
import { loadConfiguration, type Settings } from "../config/load.ts";
import { redactSecrets } from "../telemetry/redact.ts";

/**
 * The core's settings alone, for commands that need no plugin: a plugin that is wrong does not keep an operator
 * from a backup.
 *
 * @throws BotError `config.invalid`.
 */
export function operatorSettings(): Settings {
  const remarks: string[] = [];
  const environment = readEnvironment(process.cwd(), process.env, (remark) => remarks.push(remark));
  const { settings, secrets } = loadConfiguration({ config: { plugins: [] }, environment, remarks });
  redactSecrets(secrets);
  return settings;
}
