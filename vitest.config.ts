import { defineConfig } from "vitest/config";

const mocked = "test/**/*.mocked.test.ts";

export default defineConfig({
  test: {
    setupFiles: ["./test/support/seedProperties.ts"],
    reporters: ["default", "./test/support/closingLine.ts"],
    // On two cores Vitest would use one; half of the tests wait for a command to start, which uses none.
    maxWorkers: "100%",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: ["test/**/*.test.ts"],
          exclude: [mocked],
          // Test files of a worker share their modules, and with them MNIST once it is read.
          isolate: false,
        },
      },
      // A mocked module must be so for its own file alone.
      { extends: true, test: { name: "mocked", include: [mocked] } },
    ],
  },
});
