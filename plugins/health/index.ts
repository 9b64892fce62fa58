import { definePlugin, type HealthReport } from "dramabot/plugin";

const lamps = { up: "🟢", degraded: "🟡", down: "🔴" } as const;
const signs: Readonly<Record<string, string>> = { active: "🧩", degraded: "🟡", quarantined: "⛔" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>]/g, (character) => (character === "&" ? "&amp;" : character === "<" ? "&lt;" : "&gt;"));
}

/** @param seconds how long the bot has run. */
function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  if (hours < 2) return `${Math.floor(seconds / 60)} min`;
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** Renders a report as Telegram HTML, one line a service or plugin. */
function renderReport(report: HealthReport): string {
  const lines = [
    `${lamps[report.state]} <b>dramabot ${escapeHtml(report.version)}</b>: ${report.state}, running for ${duration(report.uptime)}`,
    "",
  ];
  for (const { name, state, latency, since, detail } of report.services) {
    lines.push(
      `${lamps[state]} <b>${escapeHtml(name)}</b> ${latency} ms, ${state} since ${since.slice(0, 16).replace("T", " ")} UTC`,
    );
    if (detail) lines.push(`<i>${escapeHtml(detail)}</i>`);
  }
  lines.push("");
  for (const { id, version, state, detail } of report.plugins) {
    lines.push(
      `${signs[state] ?? "⚠️"} ${escapeHtml(id)} ${escapeHtml(version)}: ${state}${detail ? `. ${escapeHtml(detail)}` : ""}`,
    );
  }
  return lines.join("\n").trim();
}

/** The owner's `/health`, from the same checks as the HTTP endpoint of that name. */
export default definePlugin({
  id: "health",
  version: "1.0.0",
  api: 1,
  description: "Shows the owner how the bot's services and plugins are.",
  setup(ctx) {
    ctx.commands.add({
      name: "health",
      description: "How the bot's services are",
      audience: "owner",
      run: async (call) => call.reply(renderReport(await ctx.health.report())),
    });
  },
});
