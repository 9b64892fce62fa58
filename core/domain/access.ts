/** Who somebody is to the bot. `unknown`: it could not be found out, and nothing is let through. */
export type Role = "owner" | "member" | "stranger" | "unknown";

/** Who may use something. */
export type Audience = "everyone" | "members" | "owner";

/** What is known about somebody; `undefined` where the store could not tell. */
export interface AccessFacts {
  readonly userId: number;
  readonly ownerId: number;
  readonly publicMode: boolean | undefined;
  readonly authorised: boolean | undefined;
}

/** Says who somebody is. Fails closed: only what is known to be true lets people in. */
export function roleOf({ userId, ownerId, publicMode, authorised }: AccessFacts): Role {
  if (userId === ownerId) return "owner";
  if (publicMode === true || authorised === true) return "member";
  return publicMode === undefined || authorised === undefined ? "unknown" : "stranger";
}

/** Whether somebody may use what is meant for an audience. */
export function mayUse(audience: Audience, role: Role): boolean {
  if (audience === "everyone" || role === "owner") return true;
  return audience === "members" && role === "member";
}

/**
 * Whether the bot is public: the stored setting wins, then the configuration. A stored value that is
 * neither yes nor no counts as private.
 */
export function publicModeOf(stored: unknown, configured: boolean): boolean {
  return stored === undefined || stored === null ? configured : stored === true;
}
