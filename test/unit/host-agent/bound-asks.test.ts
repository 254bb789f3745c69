import { expect, test } from 'vitest'
import type { GateAnswer, RunEnd, ToolRequest } from '#host-agent/agents/driver.ts'
import { askLimits, boundAsks } from '#host-agent/approvals/bound-asks.ts'

const request = {} as ToolRequest

function world(ask: () => Promise<GateAnswer>) {
  const refused: boolean[] = []
  const stopped: RunEnd[] = []
  const bounded = boundAsks({
    ask,
    refuse: (_code, isFirst) => void refused.push(isFirst),
    stop: (end) => void stopped.push(end),
  })
  return { bounded, refused, stopped }
}

test('so many wait at once; beyond them it is refused, which is told once, and answered again when there is room', async () => {
  const answers: ((answer: GateAnswer) => void)[] = []
  const { bounded, refused } = world(() => new Promise((resolve) => answers.push(resolve)))
  const first = Array.from({ length: askLimits.waiting }, () => bounded(request))
  const over = [await bounded(request), await bounded(request)]
  expect(over).toEqual(Array(2).fill({ answer: 'deny', code: 'approvals_full' }))
  expect(refused).toEqual([true, false])
  answers[0]?.({ answer: 'allow', approvalId: null })
  expect(await first[0]).toMatchObject({ answer: 'allow' })
  void bounded(request)
  expect(answers).toHaveLength(askLimits.waiting + 1)
})

test('an agent that goes on after a thousand refusals is ended; what a person denies is no refusal of the host', async () => {
  const byPolicy = world(async () => ({ answer: 'deny', code: 'operation_denied_by_policy' }))
  for (let n = 0; n < askLimits.refused + 5; n += 1) await byPolicy.bounded(request)
  expect(byPolicy.stopped).toEqual([expect.objectContaining({ state: 'failed', code: 'agent_floods' })])
  const byPeople = world(async () => ({ answer: 'deny', code: null }))
  for (let n = 0; n < askLimits.refused + 5; n += 1) await byPeople.bounded(request)
  expect(byPeople.stopped).toEqual([])
})
