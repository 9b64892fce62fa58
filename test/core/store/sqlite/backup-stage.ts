import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { openDatabase } from "../../../../core/platform/sqlite.ts";
import { openSqliteStore } from "../../../../core/store/sqlite/open.ts";

const STORE = new URL("../../../../core/store/sqlite/open.ts", import.meta.url).href;

/** Makes a folder that goes with the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dramabot-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A store with so many people in it. */
export async function filled(file: string, people = 300): Promise<string> {
  const store = await openSqliteStore({ file });
  for (let userId = 1; userId <= people; userId++)
    await store.users.upsert({ userId, fullName: "Somebody ".repeat(10), lastActive: userId });
  await store.dispose();
  return file;
}

/** A process that keeps the store open and writes to it without a pause. */
export async function writer(t: TestContext, file: string) {
  const script = `
    const { openSqliteStore } = await import(${JSON.stringify(STORE)});
    const store = globalThis.store = await openSqliteStore({ file: ${JSON.stringify(file)} });
    let id = 10_000;
    setInterval(() => { for (let n = 0; n < 20; n++) store.users.upsert({ userId: ++id, fullName: "x", lastActive: id }); }, 1);
    setTimeout(() => console.log("ready"), 50);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

/** Says of an error that it has this code, and one line that matches. */
export const code =
  (wanted: string, message = /./) =>
  (error: Error & { code?: string }) => {
    assert.equal(error.code, wanted, error.message);
    assert.match(error.message, message);
    assert.ok(!error.message.includes("\n"), error.message);
    return true;
  };

/** Runs SQL on a file, of a store or of a database of somebody else's. */
export async function sql(file: string, text: string, ours = false): Promise<void> {
  if (ours) await filled(file, 1);
  const database = openDatabase(file);
  database.exec(text);
  database.close();
}

/** A store whose end is missing. */
export async function cut(file: string): Promise<void> {
  await filled(file);
  truncateSync(file, 5 * 4096 + 7);
}
