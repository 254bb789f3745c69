// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { Tests } from '#web/app/views/tests.tsx'

afterEach(cleanup)

type TestsEvent = Extract<TaskEvent, { type: 'tests' }>
const run = (more: Partial<TestsEvent>): TestsEvent => ({
  type: 'tests',
  at: 1,
  passed: 3,
  failed: 0,
  skipped: 0,
  failures: [],
  ...more,
})

test('a run shows its counts, each failure with its place, how many are not listed, and what changed', () => {
  const failures = [
    { name: 'adds', message: '1 == 2', place: 'sum.test.js:4' },
    { name: 'divides', message: '' },
  ]
  const tests = run({ failed: 5, failures, durationMs: 1_500, newlyFailing: ['divides'], newlyPassing: ['subtracts'] })
  const { container } = render(<Tests tests={tests} before={run({ failed: 2 })} />)
  expect(container.querySelector('summary')?.textContent).toBe('Tests5 failed3 passed1.5 sec')
  expect(container.querySelector('details')?.open).toBe(true)
  const [first, second, mended] = [...container.querySelectorAll('.failure')].map(({ textContent }) => textContent)
  expect(first).toBe('addssum.test.js:41 == 2')
  expect(second).toBe('New: divides')
  expect(mended).toBe('Passes again: subtracts')
  expect(container.textContent).toContain('and 3 failures more')
  expect(container.textContent).not.toContain('Run by the host')
})

test('a run of the host’s own says so, and stays closed while nothing fails', () => {
  const { container } = render(<Tests tests={run({ by: 'host' })} before={null} />)
  expect(container.querySelector('details')?.open).toBe(false)
  expect(container.textContent).toContain('Run by the host itself')
})
