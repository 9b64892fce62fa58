/** Records as their sources or the core gave them: what a source fails with on one of these is its own fault, whoever calls. */
const genuine = new WeakSet<object>();

/** Notes that a record is as its source made it. */
export function markGenuine(record: unknown): void {
  if (typeof record === "object" && record !== null) genuine.add(record);
}

/** Whether a value is a record that its source made, and no copy. */
export function isGenuine(record: unknown): boolean {
  return typeof record === "object" && record !== null && genuine.has(record);
}
