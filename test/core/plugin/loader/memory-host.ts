import type { FolderEntry, LoaderHost } from "../../../../core/plugin/loader/host.ts";

type Import = Awaited<ReturnType<LoaderHost["importModule"]>>;

/** A machine whose files are texts, and whose modules are what is given. */
export function memoryHost(
  files: Readonly<Record<string, string>>,
  modules: Readonly<Record<string, Import["outcome"]>> = {},
): LoaderHost & { readonly imported: string[] } {
  const imported: string[] = [];
  return {
    imported,
    list(folder) {
      const below = Object.keys(files).filter((file) => file.startsWith(`${folder}/`));
      const entries = new Map<string, FolderEntry>();
      for (const file of below) {
        const [name = "", ...rest] = file.slice(folder.length + 1).split("/");
        entries.set(name, { name, kind: rest.length > 0 ? "folder" : "file" });
      }
      return entries.size === 0 ? undefined : [...entries.values()];
    },
    obstacle: () => undefined,
    read: (file) => files[file],
    stamp: (file) => String(files[file]?.length),
    join: (folder, name) => `${folder}/${name}`,
    shown: (file) => file.replace(/^\/p\//, ""),
    async importModule(file) {
      imported.push(file);
      return { outcome: modules[file] ?? { error: new Error("nothing there") }, files: [file] };
    },
    brokenLine: () => undefined,
  };
}
