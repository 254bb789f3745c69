// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from '@testing-library/preact'
import { afterEach, expect, test, vi } from 'vitest'
import { Boundary } from '#web/app/boundary.tsx'
import { Nothing } from '#web/app/parts/nothing.tsx'
import { SureButton } from '#web/app/parts/sure-button.tsx'
import { AnswerBar } from '#web/app/views/answer-bar.tsx'
import { TogetherView } from '#web/app/views/together.tsx'
import { approvalWith, cardWith } from './world.ts'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const full = async () => {
  throw new DOMException('no room', 'QuotaExceededError')
}
const sentence = /storage may be full or closed/

function quiet() {
  vi.spyOn(console, 'error').mockImplementation(() => {})
}

test('a store that throws leaves no button dead: it is said, and can be tried again', async () => {
  quiet()
  const bar = render(
    <AnswerBar
      now={0}
      approval={approvalWith()}
      expiry=""
      refusal={null}
      gesture="tap"
      whole
      canTell={false}
      onPasskey={null}
      onAnswer={full}
    />,
  )
  fireEvent.click(bar.getByText('Approve'))
  await bar.findByText(sentence)
  expect((bar.getByText('Approve') as HTMLButtonElement).disabled).toBe(false)
  bar.unmount()

  const together = render(<TogetherView cards={[cardWith()]} alike={false} hosts={[]} now={0} onAnswer={full} />)
  fireEvent.click(together.getByText('Deny 1'))
  await together.findByText(sentence)
  expect((together.getByText('Deny 1') as HTMLButtonElement).disabled).toBe(false)
  together.unmount()

  const sure = render(<SureButton label="Stop" question="Sure?" yes="Yes" onYes={full} />)
  fireEvent.click(sure.getByText('Stop'))
  fireEvent.click(sure.getByText('Yes'))
  await sure.findByText(sentence)
  expect((sure.getByText('Yes') as HTMLButtonElement).disabled).toBe(false)
})

test('a screen that throws says so and offers to begin anew', () => {
  quiet()
  const Broken = () => {
    throw new Error('a bug')
  }
  const { getByRole } = render(
    <Boundary>
      <Broken />
    </Boundary>,
  )
  expect(getByRole('alert').textContent).toMatch(/^The app has failed here/)
  expect(getByRole('button').textContent).toBe('Reload')
})

test('an empty list says nothing is there only when the relay has said so', () => {
  const of = (known: Parameters<typeof Nothing>[0]['known']) => {
    const { container, unmount } = render(
      <Nothing known={known} now={3_600_000} title="Nothing waits" then={(when) => `Nothing waited ${when}`} />,
    )
    const text = container.textContent
    unmount()
    return text
  }
  expect(of({ is: 'fresh' })).toBe('Nothing waits')
  expect(of({ is: 'loading' })).toBe('Loading…')
  expect(of({ is: 'as-of', at: 3_600_000 - 300_000 })).toBe('Nothing waited 5 minutes ago')
  expect(of({ is: 'never' })).toBe('Nothing is known yet: the relay can’t be reached')
})
