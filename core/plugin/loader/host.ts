/** An entry of a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** What came of loading a plugin in a process of its own. */
export interface ProbeOutcome {
  /** What is wrong, in one line with file and line; `undefined` when it can be loaded. */
  readonly problem?: string;
  /** The plugin's own files. */
  readonly files: readonly string[];
}

/** What the loader needs of the machine it runs on. */
export interface LoaderHost {
  /** @returns `undefined` when there is no such folder. */
  list(folder: string): readonly FolderEntry[] | undefined;
  /** @returns the text of a file, `undefined` when it cannot be read. */
  read(file: string): string | undefined;
  /** Tells one state of a file from another, e.g. by time and size; `undefined` when there is no such file. */
  stamp(file: string): string | undefined;
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

/** Remembers which files could be loaded, by their stamps. */
export interface ProbeMemory {
  get(file: string): Readonly<Record<string, string>> | undefined;
  set(file: string, stamps: Readonly<Record<string, string>>): void;
}
