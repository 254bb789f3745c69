import { expect, test } from 'vitest'
import type { HostSummary } from '#client/list-hosts.ts'
import { agentTitle } from '#web/app/views/host-name.ts'
import { askerOf } from '#web/app/views/operation-parts.ts'

const host = (hostId: string, title: string) =>
  ({ hostId, status: { agents: [{ name: 'claude', title }] } }) as unknown as HostSummary
const hosts = [host('hst_1', 'Claude Code'), host('hst_2', 'Claude \u202E2')]

test('an agent is called what its own host calls it, and by its own name where that says nothing', () => {
  expect(agentTitle(hosts, 'hst_1', 'claude')).toBe('Claude Code')
  expect(agentTitle(hosts, 'hst_1', 'gate')).toBe('gate')
  expect(agentTitle(hosts, 'hst_3', 'claude')).toBe('claude')
  expect(agentTitle(hosts, undefined, 'claude')).toBe('claude')
})

test('who asks is said so by the host that the approval is of, with nothing hidden in it', () => {
  expect(askerOf('acp:claude', hosts, 'hst_1')).toBe('Claude Code')
  expect(askerOf('acp:claude', hosts, 'hst_2')).not.toContain('\u202E')
  expect(askerOf('hook:codex', hosts, 'hst_1')).toBe('codex')
  expect(askerOf('host', hosts, 'hst_1')).toBe('the host')
})
