// One script and one style sheet, the same bytes on every build: no hashes, no dates, no paths.
import { defineConfig } from "vite";

export default defineConfig({
  oxc: { jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment" } },
  build: {
    outDir: "../src/chainrule/serve/static",
    emptyOutDir: false,
    target: "es2022",
    cssTarget: "chrome123",
    minify: "terser",
    terserOptions: { ecma: 2020, compress: { passes: 3, pure_getters: true, unsafe_arrows: true } },
    modulePreload: false,
    cssCodeSplit: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: "src/circuit/main.tsx",
      output: {
        format: "iife",
        entryFileNames: "circuit.js",
        assetFileNames: "circuit[extname]",
      },
    },
  },
});
