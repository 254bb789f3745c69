import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { answerOn } from '#cli/answer.ts'
import { outputTo } from '#cli/output.ts'
import { awaitReceipt } from '#client/await-receipt.ts'
import { decide } from '#client/decide.ts'
import { visible } from '#client/display.ts'
import { readApprovalCard } from '#client/read-approval.ts'
import { ask, contextOf, foundTeam, relayOf } from '../client/team-world.ts'

/** What a terminal printed until a decision was posted, and what that decision said. */
async function approve({ json }: { json: boolean }, command = 'rm -rf build') {
  const { device, host, team } = await foundTeam()
  const request = await ask(host, team, { operation: { command, argv: command.split(' ') } })
  const printed: string[] = []
  let before = ''
  const relay = relayOf({
    'approval.read': () => request.view,
    'approval.decide': () => {
      before = printed.join('')
      return {}
    },
  })
  const context = await contextOf(device, team, relay)
  const answering = {
    context,
    approval: (id: string) => readApprovalCard(context, id),
    decide: (input: Parameters<typeof decide>[1]) => decide(context, input),
    awaitReceipt: (input: Parameters<typeof awaitReceipt>[2]) => awaitReceipt(context, null, input),
    connect: () => ({}) as never,
  }
  const stream = { write: (text: string) => printed.push(text) }
  const world = { stdin: Readable.from([]) as unknown as NodeJS.ReadStream, stop: new AbortController().signal }
  const input = { id: request.id, answer: 'approve', waitMs: 0 } as const
  expect(await answerOn(answering, { world, output: outputTo({ stdout: stream, stderr: stream }, json) }, input)).toBe(
    null,
  )
  return { request, before }
}

test('what is signed as seen whole was printed whole before, for people and for programs', async () => {
  const text = await approve({ json: false })
  expect(text.before).toContain('command  rm -rf build')
  const facts = await approve({ json: true })
  const { operation, digest } = facts.request.approval
  const lines = facts.before.trim().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'approval', operation, digest, scopes: ['once'] },
  ])
})

test('in a line of JSON nothing goes unseen or turns what is read, and its value is the same', async () => {
  const command = 'ls \u202etxt\u200b\u{e0041}\u009b2J'
  const { before, request } = await approve({ json: true }, command)
  expect(visible(before.trim())).toBe(before.trim())
  expect(JSON.parse(before)).toMatchObject({ operation: request.approval.operation })
})
