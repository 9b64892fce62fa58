import { defineConfig, use } from "./core/config/define.ts";
import health from "./plugins/health/index.ts";
import imdb from "./plugins/imdb/index.ts";
import mydramalist from "./plugins/mydramalist/index.ts";

/** Which plugins run, and with which options. Environment variables stand above what is written here. */
export default defineConfig({
  plugins: [use(mydramalist), use(imdb), use(health)],
});
