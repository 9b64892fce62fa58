/** An update as it stands in the journal. */
export interface JournalEntry {
  readonly updateId: number;
  /** The update as Telegram sent it. */
  readonly update: unknown;
  /** When it was written (ms since 1970). */
  readonly receivedAt: number;
  /** How often handling it was begun. */
  readonly attempts: number;
  /** How often the process ended while this was the only one under way. */
  readonly blamed: number;
}

/** Updates taken from Telegram, from before they are confirmed until they are handled. */
export interface Journal {
  /**
   * Writes a batch in one transaction, with the done-marks that wait.
   *
   * @returns the entries that were new; an `update_id` seen before is dropped.
   */
  append(updates: readonly { readonly update_id: number }[]): readonly JournalEntry[];
  /**
   * Entries neither done nor set aside, oldest first: what a restart has to handle. When exactly one was under
   * way as the process before this one ended without {@link Store.dispose}, that one is blamed for it.
   */
  recover(): readonly JournalEntry[];
  /** Counts an attempt before handling; written at once. @returns attempts so far, this one included. */
  begin(updateId: number): number;
  /** Takes back an attempt that was put off: it counts for nothing, and the entry is under way no more. */
  putOff(updateId: number): void;
  /** Marks an entry done; written with the next commit or after 200 ms. */
  done(updateId: number): void;
  /** Sets an entry aside after too many attempts; it is kept for the operator. */
  setAside(updateId: number, reason: string): void;
  /** Removes entries written before these times (ms since 1970). */
  prune(before: { readonly done: number; readonly setAside: number }): void;
}

/** A person who used the bot. */
export interface StoredUser {
  readonly userId: number;
  readonly username?: string;
  readonly fullName: string;
  /** ms since 1970. */
  readonly lastActive: number;
}

/** Everything that must survive. Drivers: SQLite (`core/store/sqlite`), later MongoDB. */
export interface Store {
  readonly journal: Journal;
  readonly users: {
    upsert(user: StoredUser): Promise<void>;
    count(): Promise<number>;
    get(userId: number): Promise<StoredUser | undefined>;
  };
  readonly authorized: {
    has(userId: number): Promise<boolean>;
    add(userId: number): Promise<void>;
    remove(userId: number): Promise<boolean>;
    list(): Promise<readonly number[]>;
  };
  readonly settings: { get(key: string): Promise<unknown>; set(key: string, value: unknown): Promise<void> };
  /** What keyboards under messages stand for, by short key (8 URL-safe characters made by `put`). */
  readonly keyboards: {
    put(value: unknown): Promise<string>;
    get(key: string): Promise<unknown>;
    prune(before: number): Promise<void>;
  };
  /** JSON documents by namespace (`plugin:<id>`). */
  readonly documents: {
    get(namespace: string, key: string): Promise<unknown>;
    set(namespace: string, key: string, value: unknown): Promise<void>;
    delete(namespace: string, key: string): Promise<void>;
    keys(namespace: string, prefix: string): Promise<readonly string[]>;
  };
  /** Rejects when the store cannot be read, and while updates cannot be written down. */
  check(): Promise<void>;
  dispose(): Promise<void>;
}
