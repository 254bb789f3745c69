import type { ApprovalRecord } from '#client/approval-record.ts'
import type { HostSummary } from '#client/list-hosts.ts'
import type { TaskSummary } from '#client/list-tasks.ts'
import { newId } from '#protocol/ids.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { approvalWith, receiptWith } from '#test/unit/web/world.ts'
import { hostileStrings } from './hostile-strings.ts'

const hash = 'A'.repeat(43)

/** A team in which everything that others name or write is made to deceive, as a device keeps it: by its keys in the store. */
export function hostileTeam(kids: readonly string[], now: number) {
  const all = hostileStrings(4_000)
  let taken = 0
  const next = () => all[taken++] ?? ''
  const some = (count: number) => Array.from({ length: count }, next)
  const person = () => newId('per', now)

  const operation = (change: Partial<Operation> = {}): Partial<Operation> => ({
    command: next(),
    input: JSON.stringify({ command: next(), more: next() }),
    argv: null,
    driver: next().slice(0, 80),
    cwd: { path: next(), dev: '1', ino: '2' },
    executable: { path: next(), sha256: hash },
    files: some(3).map((path) => ({ path, change: 'modify' })),
    hosts: some(3),
    why: some(3),
    uninspectable: some(2),
    ...change,
  })
  const plan = () => operation({ kind: 'plan', command: null, plan: { steps: some(5), commands: [some(3), some(2)] } })
  const edit = () => {
    const edits = [{ path: next(), line: 1, removed: next(), added: next() }]
    return operation({ kind: 'edit', command: null, input: JSON.stringify({ edits }) })
  }
  const asked = (what: Partial<Operation>, change: Partial<Approval> = {}): Approval =>
    approvalWith(what, {
      id: newId('apr', now),
      iat: now,
      expiresAt: now + 9e6,
      releaseBy: now + 9e6,
      project: next(),
      agentWords: next(),
      quorum: { persons: 2, groups: some(2).map((name) => ({ name, persons: [person()] })), without: person() },
      steps: [now - 1, now + 9e5].map((at) => ({ at, group: { name: next(), persons: [person()] } })),
      ...change,
    })
  const counted = () =>
    some(2).map((reason) => ({ device: kids[0] ?? '', person: null, answer: 'approve' as const, reason }))
  const record = (approval: Approval, isOver = false): ApprovalRecord => ({
    id: approval.id,
    jws: 'a.b.c',
    approval,
    receivedAt: now,
    ...(isOver ? { receipt: receiptWith('executed', { approval: approval.id, decisions: counted() }) } : {}),
  })
  const task = newId('tsk', now)
  const oneTap = () =>
    asked(operation({ tier: 1, uninspectable: [] }), {
      task,
      tier: 1,
      quorum: { persons: 1 },
      steps: undefined as never,
    })
  const together = [oneTap(), oneTap(), oneTap()].map(({ steps: _, ...approval }) => record(approval as Approval))
  const single = Array.from({ length: 22 }, (_, at) =>
    record(asked(at % 3 === 0 ? plan() : at % 3 === 1 ? edit() : operation()), at % 2 === 0),
  )

  const host = (): HostSummary => ({
    hostId: `hst_${newId('dec', now).slice(4)}${'A'.repeat(17)}`,
    online: false,
    lastSeenAt: now,
    status: {
      v: 1,
      aud: `tm_${hash}`,
      at: now,
      host: `hst_${hash}`,
      name: next(),
      version: next().slice(0, 40),
      projects: some(3).map((name) => ({ path: next(), name })),
      agents: some(3).map((title) => ({ name: next(), title })),
      defaultAgent: 'none',
      routes: [{ name: next(), agent: 'none' }],
      sandbox: 'isolated',
      policyHash: hash,
      trustHead: { n: 1, hash },
      roster: kids.map((kid) => ({ kid, label: next(), person: null, personName: next() })),
      rules: some(3).map((word) => ({
        id: newId('apr', now),
        task: null,
        person: null,
        cwd: next(),
        used: 0,
        rule: { argv: [word, next(), next()], uses: 3, expiresAt: now + 9e6 },
      })),
    },
  })
  const hosts = [host(), host(), host()]
  const tasks: TaskSummary[] = some(30).map((text) => ({
    text,
    head: {
      id: newId('tsk', now),
      hostId: hosts[0]?.hostId ?? '',
      from: kids[0] ?? '',
      state: 'working',
      createdAt: now,
      updatedAt: now,
    },
  }))
  const records = [...together, ...single]
  return {
    together: together.map(({ id }) => id),
    single: single.map(({ id }) => id),
    values: {
      'app/last': { hosts, tasks, at: now },
      ...Object.fromEntries(records.map((each) => [`approval/${each.id}`, each])),
    } as Record<string, unknown>,
  }
}
