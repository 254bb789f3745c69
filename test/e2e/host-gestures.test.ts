import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addPasskey } from '#client/add-passkey.ts'
import type { DecideInput } from '#client/decide.ts'
import { connectControl } from '#host-agent/control/control-client.ts'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { createAuthenticator } from '#test/support/authenticator.ts'

// More than a tap: what was read, a code of the host's, a passkey. A real relay, host and device; judged on the file system.
const outside = mkdtempSync(join(tmpdir(), 'countersign-outside-'))
const policyPath = join(outside, 'policy.yaml')
let world: HostWorld

beforeAll(async () => {
  writeFileSync(
    policyPath,
    'version: 1\nrules:\n  - { match: { argv: [mkdir, coded] }, verdict: ask, gesture: code }\n',
  )
  world = await openHostWorld({ host: { policyPath } })
})
afterAll(async () => {
  await world.close()
  rmSync(outside, { recursive: true })
})

const command = (text: string) => world.submit(text, { agent: 'command' })
const approve = (approvalId: string, how: Partial<DecideInput>) =>
  world.device.decide({ approvalId, answer: 'approve', shown: { where: 'app', whole: true }, ...how })

async function codesAtTheHost(): Promise<{ approvalId: string; code: string }[]> {
  const control = must(await connectControl(world.folder))
  control.send({ verb: 'approval-codes' })
  for await (const step of control.events) {
    control.close()
    return step.codes as { approvalId: string; code: string }[]
  }
  return []
}

test('what can’t be inspected runs when it was opened and read', async () => {
  const task = await command('mkdir "$(echo read)"')
  const asked = await world.nextApproval()
  must(await approve(asked.id, { gesture: 'read' }))
  expect(await task.ended).toBe('completed')
  expect(existsSync(join(world.project, 'read'))).toBe(true)
})

test('a code: a wrong one is refused and may be mended, the host’s own releases', async () => {
  const task = await command('mkdir coded')
  const asked = await world.nextApproval()
  const [shown] = await codesAtTheHost()
  expect(shown?.approvalId).toBe(asked.id)
  const wrong = shown?.code === '000000' ? '000001' : '000000'
  must(await approve(asked.id, { gesture: 'code', code: wrong }))
  await task.events.until((event) => event.type === 'refused' && event.code === 'decision_code')
  expect(existsSync(join(world.project, 'coded'))).toBe(false)
  must(await approve(asked.id, { gesture: 'code', code: shown?.code ?? '' }))
  expect(await task.ended).toBe('completed')
  expect(existsSync(join(world.project, 'coded'))).toBe(true)
  expect(await codesAtTheHost()).toEqual([])
})

test('tier 3: not without a passkey in the trust log, not with one for another site, and once with it', async () => {
  const target = join(outside, 'made')
  const task = await command(`mkdir ${target}`)
  const asked = await world.nextApproval()
  const authenticator = createAuthenticator(world.relay.origin)
  const ask = (origin: string) => ({
    gesture: 'passkey' as const,
    assert: async ({ challenge, id }: { challenge: string; id: string }) => {
      expect(id).toBe(authenticator.passkey.id)
      return { ok: true as const, value: authenticator.assert(challenge, { origin }) }
    },
  })
  expect(await approve(asked.id, ask(world.relay.origin))).toMatchObject({ code: 'decision_passkey' })
  must(await addPasskey(world.device.context, { passkey: authenticator.passkey }))
  must(await approve(asked.id, ask('https://evil.example')))
  await task.events.until((event) => event.type === 'refused' && event.code === 'decision_passkey')
  expect(existsSync(target)).toBe(false)
  expect((await approve(asked.id, ask(world.relay.origin))).ok).toBe(true)
  expect(await task.ended).toBe('completed')
  expect(existsSync(target)).toBe(true)
})
