/** What bentocache keeps around a value, which always has a time of its own here. */
interface Envelope {
  readonly value: unknown;
  /** ms since 1970. */
  readonly logicalExpiration: number;
}

/** Stands for a row that cannot be read: it has expired, so it counts as missing and goes no further. */
const UNREADABLE: Envelope = { value: undefined, logicalExpiration: 0 };

function isEnvelope(value: unknown): value is Envelope {
  return (
    typeof value === "object" &&
    value !== null &&
    "value" in value &&
    "logicalExpiration" in value &&
    typeof value.logicalExpiration === "number" &&
    // Tags would be looked up; this cache sets none.
    (!("tags" in value) || (Array.isArray(value.tags) && value.tags.length === 0))
  );
}

/** JSON that takes nothing odd from a tier, and never throws on it: that would count as the tier's failure. */
export function jsonSerializer(onProblem: (message: string) => void) {
  return {
    serialize: (envelope: unknown): string => JSON.stringify(envelope),
    deserialize(text: string): Envelope {
      try {
        const envelope: unknown = JSON.parse(text);
        if (isEnvelope(envelope)) return envelope;
      } catch {
        // Told below, with everything else that is no envelope.
      }
      onProblem("A value in the cache cannot be read and counts as missing.");
      return UNREADABLE;
    },
  };
}
