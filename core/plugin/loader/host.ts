/** An entry of a folder; links are followed. */
export interface FolderEntry {
  readonly name: string;
  /** `nowhere`: a link to what is not there. `file`: whatever is no folder; {@link LoaderHost.obstacle} knows more. */
  readonly kind: "file" | "folder" | "nowhere";
}

/** What keeps something from being read. Both are parts of one line and have no full stop. */
export interface Obstacle {
  /** What is wrong, such as `it is a named pipe, and no file`. */
  readonly what: string;
  readonly todo: string;
}

/** What came of loading a plugin in a process of its own. */
export interface ProbeOutcome {
  /** What is wrong, in one line with file and line; `undefined` when it can be loaded. */
  readonly problem?: string;
  /** The plugin's own files. */
  readonly files: readonly string[];
  /** What its TypeScript is without types, by the SHA-256 of each file, as far as that is known. */
  readonly stripped?: Readonly<Record<string, string>>;
}

/** What the loader needs of the machine it runs on. */
export interface LoaderHost {
  /** @returns `undefined` when there is no such folder, or when it cannot be read. */
  list(folder: string): readonly FolderEntry[] | undefined;
  /** @returns why a file or folder cannot be read, `undefined` when it can. */
  obstacle(path: string, wanted: "file" | "folder"): Obstacle | undefined;
  /** @returns the text of a file, `undefined` when it cannot be read. */
  read(file: string): string | undefined;
  /** Tells one state of a file from another, e.g. by time and size, and also that it is not there. */
  stamp(file: string): string;
  /** Puts a path together. */
  join(folder: string, name: string): string;
  /** A file's path as the operator would write it. */
  shown(file: string): string;
  /** Never rejects; `files` are the module and those it imported, also when it failed. */
  importModule(file: string): Promise<{
    readonly outcome: { readonly namespace: Readonly<Record<string, unknown>> } | { readonly error: unknown };
    readonly files: readonly string[];
  }>;
  /** Finds where a file's syntax is broken. @returns a line, beginning with 1. */
  brokenLine(file: string): number | undefined;
}

/** Remembers which files could be loaded, by their stamps, and what they are without types. */
export interface ProbeMemory {
  get(file: string): Readonly<Record<string, string>> | undefined;
  set(file: string, stamps: Readonly<Record<string, string>>, stripped?: ProbeOutcome["stripped"]): void;
}
