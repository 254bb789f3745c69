import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { compileTexts } from './scripts/compile-texts.ts'

const kinds = ['architecture', 'unit', 'contract', 'simulation', 'infra']

export default defineConfig({
  plugins: [compileTexts()],
  test: {
    // The time limits end a test that hangs; no test asserts a duration by them.
    projects: [
      {
        extends: true,
        test: {
          name: 'in-process',
          include: kinds.map((kind) => `test/${kind}/**/*.test.{ts,tsx}`),
          maxWorkers: availableParallelism(),
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.{ts,tsx}'],
          // Browsers and process trees: one file at a time, after everything else.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
