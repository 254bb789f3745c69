import { describe, expect, it, vi } from 'vitest'
import type { ControlEvent } from '#host-agent/control/control.ts'
import { type ControlledHost, hearControl } from '#host-agent/control/hear-control.ts'

/** Only what the verbs of these tests touch; the host itself is in the end-to-end suites. */
const host = (summary: () => Record<string, unknown>) => ({ summary }) as unknown as ControlledHost

function open(current: ControlledHost | null) {
  const told: ControlEvent[] = []
  let start = (_: ControlledHost) => {}
  const started = new Promise<ControlledHost>((resolve) => {
    start = resolve
  })
  const stop = vi.fn()
  const session = hearControl({ host: () => current, started, stop }, (event) => told.push(event))
  return { told, start, stop, session }
}

describe('the control socket of a host that is only starting', () => {
  it('keeps what was asked until it has started', async () => {
    const { told, start, session } = open(null)
    session.request({ verb: 'status' })
    await new Promise(setImmediate)
    expect(told).toEqual([])
    start(host(() => ({ name: 'here' })))
    await vi.waitFor(() => expect(told).toEqual([{ event: 'status', name: 'here' }]))
  })

  it('leaves a hook to the keyboard, runs no script’s command, and stops at once', async () => {
    const { told, stop, session } = open(null)
    session.request({
      verb: 'hook',
      agent: 'claude-code',
      wait: true,
      event: { hook_event_name: 'PreToolUse' } as never,
    })
    session.request({ verb: 'gate', wish: { argv: ['true'], cwd: '/', environment: {} } })
    session.request({ verb: 'stop' })
    expect(stop).toHaveBeenCalledOnce()
    await vi.waitFor(() => expect(told).toHaveLength(2))
    expect(told).toContainEqual(
      expect.objectContaining({ event: 'hook', said: expect.objectContaining({ answer: 'keyboard' }) }),
    )
    expect(told).toContainEqual(
      expect.objectContaining({ event: 'gate', said: expect.objectContaining({ answer: 'deny' }) }),
    )
  })
})

it('a verb that fails is answered, and the next one too', async () => {
  const summary = vi.fn().mockImplementationOnce(() => {
    throw new Error('a bug')
  })
  const { told, session } = open(host(summary.mockReturnValue({ name: 'here' })))
  session.request({ verb: 'status' })
  session.request({ verb: 'status' })
  await vi.waitFor(() => expect(told).toHaveLength(2))
  expect(told).toContainEqual({ event: 'refused', code: 'internal' })
  expect(told).toContainEqual({ event: 'status', name: 'here' })
})
