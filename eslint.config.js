import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores([
    "artifacts/",
    "cache/",
    "coverage/",
    "deployments/",
    "generated/",
    "typechain-types/",
    ".install/",
    "sdk/src/shared/errorTable.ts",
  ]),
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      complexity: ["error", 20],
      eqeqeq: "error",
      "max-lines": ["error", { max: 400 }],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportAllDeclaration[exported=null]", message: "Name what is exported." },
      ],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "all" }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Hardhat, rocketh and ethers offer functions that need no `this` as methods of an interface.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    // chai's assertions are expressions; a test may have many branches of its own.
    files: ["test/**/*.ts"],
    rules: { complexity: "off", "@typescript-eslint/no-unused-expressions": "off" },
  },
  {
    // A library: no command line, no Hardhat, no console.
    files: ["sdk/**/*.ts"],
    rules: {
      "no-console": "error",
      "no-restricted-imports": [
        "error",
        { patterns: ["hardhat", "hardhat/*", "@nomicfoundation/*", "**/tasks/**", "**/rocketh/**"] },
      ],
    },
  },
);
