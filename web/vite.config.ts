// A script and a style sheet for each page, the same bytes on every build: no hashes, no dates, no
// paths. The mode says which page: a script that runs by itself has one beginning.
import { defineConfig } from "vite";

const PAGES = ["circuit", "dashboard"];

export default defineConfig(({ mode }) => {
  const page = PAGES.includes(mode) ? mode : "circuit";
  return {
    oxc: { jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment" } },
    build: {
      outDir: "../src/chainrule/serve/static",
      emptyOutDir: false,
      target: "es2022",
      cssTarget: "chrome123",
      minify: "terser",
      terserOptions: {
        ecma: 2020,
        // The dashboard listens to signals by reading them: what looks idle is not.
        compress: { passes: 3, pure_getters: page === "circuit", unsafe_arrows: true },
      },
      modulePreload: false,
      cssCodeSplit: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: `src/${page}/main.tsx`,
        output: {
          format: "iife",
          entryFileNames: `${page}.js`,
          assetFileNames: `${page}[extname]`,
        },
      },
    },
  };
});
