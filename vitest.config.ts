import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["./test/support/seedProperties.ts"],
    reporters: ["default", "./test/support/closingLine.ts"],
    testTimeout: 60_000,
  },
});
