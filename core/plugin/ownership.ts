/** Ties what a plugin's code starts, such as timers and promises, to that plugin. */
export interface Ownership {
  run<T>(owner: object, work: () => T): T;
  /** Whose the running call is. */
  current(): object | undefined;
}

/** Ties nothing. */
export const NOBODYS: Ownership = { run: (_owner, work) => work(), current: () => undefined };
