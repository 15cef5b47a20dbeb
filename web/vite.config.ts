import { defineConfig } from "vitest/config";

/** Every island is an entry of its own: a page loads what it uses, and nothing else. */
export default defineConfig({
  base: "/static/",
  logLevel: "warn",
  test: { css: true },
  build: {
    outDir: "../src/houseful/web/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000, // only the page that reads the API's document is that large
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: ["src/site.ts", "src/api-docs/index.ts", "src/calendar/index.ts", "src/time-left/index.ts", "src/signature-pad/index.ts", "src/live-form/index.ts", "src/office-shell/index.ts", "src/office-till/index.ts", "src/seat-map/index.ts", "src/door/index.ts", "src/door/worker.ts"],
    },
  },
});
