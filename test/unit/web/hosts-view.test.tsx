// @vitest-environment happy-dom
import { cleanup, fireEvent, render } from '@testing-library/preact'
import { afterEach, expect, test, vi } from 'vitest'
import type { HostSummary } from '#client/list-hosts.ts'
import type { UsageHistory } from '#web/app/model/usage-history.ts'
import { withUsage } from '#web/app/model/usage-history.ts'
import type { HostsProps } from '#web/app/views/hosts.tsx'
import { HostsView } from '#web/app/views/hosts.tsx'

afterEach(cleanup)

const host = (more: Partial<NonNullable<HostSummary['status']>>) =>
  ({
    hostId: 'hst_1',
    online: true,
    lastSeenAt: null,
    status: {
      name: 'laptop',
      version: '1',
      policyHash: 'A'.repeat(43),
      projects: [],
      agents: [],
      sandbox: 'isolated',
      ...more,
    },
  }) as unknown as HostSummary
const sample = { at: 1, cpuPercent: 44.6, memoryBytes: 2.1 * 1024 ** 3, diskWriteBytes: 0.2 * 1024 ** 3 }
const shown = (usage: UsageHistory, change: Partial<HostsProps> = {}) =>
  render(
    <HostsView
      hosts={[host({})]}
      known={{ is: 'fresh' }}
      tasks={[]}
      usage={usage}
      isPresenceKnown
      isSilent={() => false}
      now={0}
      onStopAll={async () => {}}
      onRevoke={async () => {}}
      onResume={async () => {}}
      onRename={null}
      onUnpair={null}
      policies={new Map()}
      onPolicy={null}
      {...change}
    />,
  )

test('a host says what its sandboxes use, in the units of their caps, and draws the last minutes', () => {
  const { container } = shown(new Map([['hst_1', [sample, { ...sample, at: 2, cpuPercent: 80 }]]]))
  expect([...container.querySelectorAll('.chart')].map(({ textContent }) => textContent)).toEqual([
    'CPU80 %',
    'Memory2.1 GB',
    'Written0.2 GB',
  ])
  expect(container.querySelectorAll('polyline')).toHaveLength(3)
})

test('a chart goes as far as the cap, and says so; where there is none, as far as the machine', () => {
  const most = {
    cpuPercent: { value: 80, isCap: true },
    memoryBytes: { value: 4 * 1024 ** 3, isCap: true },
    diskWriteBytes: { value: 512 * 1024 ** 3, isCap: false },
  }
  const half = { ...sample, cpuPercent: 40, memoryBytes: 2 * 1024 ** 3, most }
  const { container } = shown(new Map([['hst_1', [half]]]))
  expect([...container.querySelectorAll('.chart-words')].map(({ textContent }) => textContent)).toEqual([
    '40 % of 80 %, its cap',
    '2.0 GB of 4.0 GB, its cap',
    '0.2 GB of 512 GB',
  ])
  // Half of the cap is half of the height: 28 high, 2 of them above and below.
  const heights = [...container.querySelectorAll('polyline')].map((line) => line.getAttribute('points')?.split(' ')[0])
  expect(heights).toEqual(['0.0,14.0', '0.0,14.0', '0.0,26.0'])
})

test('a host on which none runs says nothing of it', () => {
  expect(shown(new Map()).container.querySelector('.chart')).toBeNull()
})

test('samples are taken once each, and begin anew when the sandboxes have ended', () => {
  const busy = (at: number) => [host({ at, usage: { cpuPercent: at, memoryBytes: 0, diskWriteBytes: 0 } })]
  const twice = withUsage(withUsage(withUsage(new Map(), busy(1)), busy(1)), busy(2))
  expect(twice.get('hst_1')?.map(({ cpuPercent }) => cpuPercent)).toEqual([1, 2])
  expect(withUsage(twice, [host({})]).has('hst_1')).toBe(false)
})

test('everything is stopped by two taps, not by one', () => {
  const stopped = vi.fn(async () => {})
  const { getByRole } = shown(new Map(), { onStopAll: stopped })
  fireEvent.click(getByRole('button', { name: 'Stop everything' }))
  expect(stopped).not.toHaveBeenCalled()
  fireEvent.click(getByRole('button', { name: 'Stop everything' }))
  expect(stopped).toHaveBeenCalledWith('hst_1')
})

test('a paused session is named, made harmless, and resumed by two taps', () => {
  const resumed = vi.fn(async () => {})
  const paused = [
    { session: 'ses_1', agent: 'hook:claude-code', project: 'pro\u202Eject', at: 0 },
    { session: 'ses_2', agent: 'gate', project: 'other', at: 0 },
  ]
  const { getAllByRole, container } = shown(new Map(), { hosts: [host({ paused })], onResume: resumed })
  expect(container.textContent).toContain('claude-code in a terminal')
  expect(container.textContent).toContain('Scripts in other')
  expect(container.textContent).not.toContain('\u202E')
  const resume = () => fireEvent.click(getAllByRole('button', { name: 'Resume' })[0] as HTMLElement)
  resume()
  expect(resumed).not.toHaveBeenCalled()
  resume()
  expect(resumed).toHaveBeenCalledWith('hst_1', 'ses_1')
})

test('a host says of its agents which version they are, and whether they ask', () => {
  const agents = [
    { name: 'gemini', title: 'Gemini CLI', version: '0.61.0', governed: 'governed' as const },
    { name: 'pi', title: 'p\u202Ei', governed: 'unproven' as const },
    { name: 'command', title: 'Command line' },
  ]
  const { getByText, container } = shown(new Map(), { hosts: [host({ agents })] })
  expect(getByText('asks before it acts').parentElement?.textContent).toBe('Gemini CLI 0.61.0 asks before it acts')
  expect(getByText('never seen to ask').parentElement?.textContent).not.toContain('\u202E')
  expect(container.textContent).toContain('Command line')
})

test('a host whose policy has a mistake says which, and nobody can agree to it', () => {
  const broken = host({ fileProblem: 'policy.yaml: line 4: rules.0.verdict: expected allow or ask or deny' })
  const { container, queryByText } = shown(new Map(), { hosts: [broken], onPolicy: async () => {} })
  expect(container.querySelector('.notice')?.textContent).toContain('line 4')
  expect(queryByText('Hold it to its policy')).toBeNull()
})

test('an agent is called by its short name, and its command line is one tap away', () => {
  const agents = [{ name: 'custom', title: 'my-agent', command: 'node /opt/my-agent.ts --acp' }]
  const { container } = shown(new Map(), { hosts: [host({ agents })] })
  const [agent] = container.querySelectorAll('dl.facts dd')
  expect(agent?.querySelector('summary')?.textContent?.trim()).toBe('my-agent')
  expect(agent?.querySelector('details:not([open]) code')?.textContent).toBe('node /opt/my-agent.ts --acp')
})
