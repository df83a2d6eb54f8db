import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/browser/*.browser.ts"],
    reporters: ["default", "./test/support/closingLine.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
