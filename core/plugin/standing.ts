/** How what one plugin added stands at the extension points. */
export interface Standing {
  /** `staged`: nobody sees it yet. `going`: it is seen, and what is staged may claim its names. */
  is: "staged" | "shown" | "going";
  /** Those in whose place it comes. */
  readonly instead: readonly Standing[];
  /** The name that was refused to it last, such as `/mdl`. */
  refused?: string;
}

export interface Claim {
  readonly mine: Standing;
  /** Whether one in whose place it comes has the name. */
  readonly hadIt: boolean;
}

/**
 * Whether another plugin that has a name keeps this one from having it. Of two that are staged the first one has it,
 * unless the second is the new version of the one whose name it was.
 */
export function isInTheWay(other: Standing, { mine, hadIt }: Claim): boolean {
  if (other === mine) return false;
  if (mine.is !== "staged") return other.is !== "staged";
  return other.is === "shown" || (other.is === "staged" && !hadIt);
}
