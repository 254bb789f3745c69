import { expect, test } from 'vitest'
import { showApproval } from '#cli/show-approval.ts'
import { showEvent } from '#cli/show-event.ts'
import { teamNames } from '#cli/team-names.ts'
import type { HostSummary } from '#client/list-hosts.ts'
import { cardOf } from '#client/read-approval.ts'
import { hostIdOf, newId } from '#protocol/ids.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { ask, NOW, newTeam } from '#test/support/trust-world.ts'

test('whoever a host has a name for is called by it, in an approval and in a task’s log; nobody is cut to a piece of an id', async () => {
  const world = await newTeam()
  const { kid } = world.owner.keys
  const person = world.team.keys.get(kid)?.rights?.person ?? ''
  const rule = { argv: ['rm', '-rf', 'build'], uses: 7, expiresAt: NOW + 60_000 }
  const { approval, jws } = await ask(world, {
    quorum: { persons: 1, without: person },
    scopes: ['once', 'session', 'rule'],
    rule,
  })
  const roster = [{ kid, label: 'Ada’s phone\u202e', person, personName: 'Ada' }]
  const summary = { hostId: hostIdOf(world.host.keys.kid), status: { name: 'desk', roster } } as unknown as HostSummary
  const said = { device: kid, person, answer: 'deny' as const }
  const card = {
    ...cardOf({ id: approval.id, approval, jws } as never, NOW),
    decisions: [{ ...said, id: newId('dec', NOW), iat: NOW }],
  }
  const shown = showApproval(card, { names: teamNames([summary]), now: NOW })
  expect(shown).toContain('not by Ada, who asked for the work')
  expect(shown).toContain('Ada, Ada’s phone⟨U+202E⟩ said deny')
  expect(shown).toContain('the same words again, 7 times at most, until 2026-')
  expect(shown).not.toContain(person)
  expect(showApproval(card, { names: {}, now: NOW })).toContain(`not by ${person}`)

  const event = {
    type: 'approval' as const,
    at: NOW,
    approval: approval.id,
    state: 'denied' as const,
    decisions: [said],
  } satisfies TaskEvent
  expect(showEvent(event, teamNames([summary]))).toContain('  Ada, Ada’s phone⟨U+202E⟩ said deny')
  expect(showEvent(event, {})).toContain(`  ${kid} said deny`)
})

test('a code in a task’s log comes with the sentence that says what to do; one that is not known stands alone', () => {
  const state = { type: 'state', at: 0, state: 'rejected', code: 'plan_unsupported', detail: 'x' } as const
  expect(showEvent(state, {})).toBe(
    'state: rejected (plan_unsupported)\nThis agent can’t plan first. Choose another one, or let it work without a plan.\nx',
  )
  expect(showEvent({ ...state, code: 'toString' } as never, {})).toBe('state: rejected (toString)\nx')
  const refusal = { type: 'refused', code: 'host_locked' } as never
  expect(showEvent(refusal, {})).toMatch(/^refused: host_locked\nEverything was stopped on this host/)
})
