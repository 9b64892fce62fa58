import { readPackaged } from "../platform/packaged.ts";

const pages = new URL("./page/", import.meta.url);
const types: Readonly<Record<string, string>> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  svg: "image/svg+xml",
};

/** Reads a file of the chat page; `undefined` when there is none of that name. */
export function pageFile(name: string): Response | undefined {
  const ending = /^[\w-]+\.(html|css|js|svg)$/.exec(name)?.[1];
  if (ending === undefined) return undefined;
  try {
    const headers = {
      "content-type": `${types[ending]}; charset=utf-8`,
      "cache-control": "no-cache",
      "content-security-policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
      "x-content-type-options": "nosniff",
    };
    return new Response(readPackaged(new URL(name, pages)), { headers });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
