// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from '@testing-library/preact'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HOLD_MS, HoldButton } from '#web/app/parts/hold-button.tsx'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

function setUp(disabled = false) {
  const held = vi.fn()
  const { getByRole } = render(<HoldButton label="Approve" disabled={disabled} onHeld={held} />)
  return { held, button: getByRole('button') }
}

test('a tap is not enough; held to the end it counts once', () => {
  const { held, button } = setUp()
  fireEvent.pointerDown(button, { button: 0 })
  vi.advanceTimersByTime(HOLD_MS - 1)
  fireEvent.pointerUp(button)
  fireEvent.click(button, { detail: 1 })
  vi.advanceTimersByTime(HOLD_MS * 2)
  expect(held).not.toHaveBeenCalled()
  fireEvent.pointerDown(button, { button: 0 })
  vi.advanceTimersByTime(HOLD_MS * 3)
  expect(held).toHaveBeenCalledTimes(1)
})

test('a finger that slides away takes it back', () => {
  const { held, button } = setUp()
  fireEvent.pointerDown(button, { button: 0 })
  fireEvent.pointerLeave(button)
  vi.advanceTimersByTime(HOLD_MS * 2)
  expect(held).not.toHaveBeenCalled()
})

test('a held key does the same, and repeats of it change nothing', () => {
  const { held, button } = setUp()
  fireEvent.keyDown(button, { key: 'Enter' })
  fireEvent.keyDown(button, { key: 'Enter', repeat: true })
  vi.advanceTimersByTime(HOLD_MS)
  fireEvent.keyUp(button, { key: 'Enter' })
  expect(held).toHaveBeenCalledTimes(1)
})

test('what a screen reader presses has no length: it is asked once more', () => {
  const { held, button } = setUp()
  fireEvent.click(button, { detail: 0 })
  expect(held).not.toHaveBeenCalled()
  expect(button.textContent).toBe('Once more: Approve')
  fireEvent.click(button, { detail: 0 })
  expect(held).toHaveBeenCalledTimes(1)
})
