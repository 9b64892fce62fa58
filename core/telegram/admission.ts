import type { Role } from "../domain/access.ts";
import type { Gate } from "./gate.ts";
import type { Limit } from "./limit.ts";
import { texts, toasts } from "./texts.ts";

/** Whether a request goes on; if not, what to say (nothing: it was said already). */
export type Admission =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly text?: string; readonly toast?: string };

/** Gate and limit in one place. */
export interface Doorman {
  /** For what costs nothing: lets members in. */
  admit(userId: number): Promise<Admission>;
  /** For a search, a link or a pressed result: lets members in and counts one. Fails closed. */
  charge(userId: number): Promise<Admission>;
}

const refusal = (role: Role): Admission =>
  role === "unknown"
    ? { admitted: false, text: texts.unsure, toast: toasts.unsure }
    : { admitted: false, text: texts.refused, toast: toasts.refused };

/** Joins the gate and the limit. */
export function createDoorman(gate: Gate, limit: Limit): Doorman {
  const admit = async (userId: number): Promise<Admission> => {
    const role = await gate.role(userId);
    return role === "owner" || role === "member" ? { admitted: true } : refusal(role);
  };
  return {
    admit,
    async charge(userId) {
      const admission = await admit(userId);
      if (!admission.admitted) return admission;
      const { verdict, seconds } = await limit.take(userId);
      if (verdict === "pass") return admission;
      if (verdict === "silent") return { admitted: false };
      return { admitted: false, text: texts.limited(limit.points, seconds), toast: toasts.limited(seconds) };
    },
  };
}
