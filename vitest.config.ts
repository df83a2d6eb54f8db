import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["./test/support/seedProperties.ts"],
    reporters: ["default", "./test/support/closingLine.ts"],
    // On two cores Vitest would use one; half of the tests wait for a command to start, which uses none.
    maxWorkers: "100%",
    // Test files of a worker share their modules, and with them MNIST once it is read.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
