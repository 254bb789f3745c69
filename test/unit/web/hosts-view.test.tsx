// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/preact'
import { afterEach, expect, test } from 'vitest'
import type { HostSummary } from '#client/list-hosts.ts'
import { HostsView } from '#web/app/views/hosts.tsx'

afterEach(cleanup)

const host = (more: Partial<NonNullable<HostSummary['status']>>) =>
  ({
    hostId: 'hst_1',
    online: true,
    lastSeenAt: null,
    status: { name: 'laptop', version: '1', projects: [], agents: [], sandbox: 'isolated', ...more },
  }) as unknown as HostSummary
const shown = (summary: HostSummary) =>
  render(<HostsView hosts={[summary]} isPresenceKnown now={0} />).container.textContent

test('a host says what its sandboxes use, in the units of their caps', () => {
  const usage = { cpuPercent: 44.6, memoryBytes: 2.1 * 1024 ** 3, diskWriteBytes: 0.2 * 1024 ** 3 }
  expect(shown(host({ usage }))).toContain('CPU 45%, memory 2.1 GB, written 0.2 GB')
})

test('a host on which none runs says nothing of it', () => {
  expect(shown(host({}))).not.toContain('CPU')
})
