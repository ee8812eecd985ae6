/* What is wrong in a script before it runs. How it looks is prettier's business. */
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv/", "build/", "node_modules/", "demo-data/", "tests/browser/axe_core/"] },
  js.configs.recommended,
  {
    rules: {
      complexity: ["error", 12],
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "no-shadow": ["error", { builtinGlobals: false }],
      "no-var": "error",
      "one-var": ["error", "never"],
      "prefer-const": "error",
    },
  },
  {
    files: ["dashboard/assets/**/*.js", "portal/static/*.js"],
    languageOptions: { sourceType: "script", globals: globals.browser },
  },
  { files: ["tests/browser/*.js"], languageOptions: { sourceType: "script", globals: globals.browser } },
  { files: ["tests/**/*.mjs", "*.mjs"], languageOptions: { globals: globals.node } },
];
