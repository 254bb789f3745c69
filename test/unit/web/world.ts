import type { ApprovalCard } from '#client/read-approval.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { TaskEnded } from '#protocol/statements/ended.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import type { Receipt } from '#protocol/statements/receipt.ts'

const id = (prefix: string, last = '0') => `${prefix}_0000000000000000000000000${last}`
const hash = 'A'.repeat(43)

export const operationWith = (change: Partial<Operation> = {}): Operation => ({
  v: 1,
  kind: 'command',
  host: `hst_${hash}`,
  driver: 'acp:custom',
  binding: 'fenced',
  cwd: { path: '/home/ada/greetings', dev: '1', ino: '2' },
  input: '{"command":"rm -rf build"}',
  command: 'rm -rf build',
  argv: ['rm', '-rf', 'build'],
  executable: null,
  environment: null,
  files: [],
  hosts: [],
  tier: 2,
  why: ['Deletes files'],
  uninspectable: [],
  secrets: [],
  ...change,
})

export const approvalWith = (operation: Partial<Operation> = {}, change: Partial<Approval> = {}): Approval => ({
  v: 1,
  id: id('apr'),
  aud: `tm_${hash}`,
  host: `hst_${hash}`,
  task: null,
  operation: operationWith(operation),
  digest: hash,
  tier: operation.tier ?? 2,
  quorum: { persons: 1 },
  gesture: 'tap',
  iat: 1_000,
  expiresAt: 1_000_000_000,
  releaseBy: 2_000_000_000,
  nonce: hash,
  scopes: ['once'],
  policyHash: hash,
  trustHead: { n: 1, hash },
  project: 'greetings',
  ...change,
})

export const cardWith = (
  approval: Approval = approvalWith(),
  change: Partial<Omit<ApprovalCard, 'approval'>> = {},
): ApprovalCard => ({ id: approval.id, jws: 'a.b.c', approval, receivedAt: 1_000, state: 'open', ...change })

export const receiptWith = (outcome: Receipt['outcome'], change: Partial<Receipt> = {}): Receipt => ({
  v: 1,
  aud: `tm_${hash}`,
  host: `hst_${hash}`,
  approval: id('apr'),
  task: null,
  digest: hash,
  outcome,
  decisions: [],
  at: 2_000,
  ...change,
})

export const approvalId = (last: string) => id('apr', last)

export const endedWith = (change: Partial<TaskEnded> = {}): TaskEnded => ({
  v: 1,
  aud: `tm_${hash}`,
  host: `hst_${hash}`,
  task: id('tsk'),
  state: 'completed',
  title: 'Mend the build',
  project: 'greetings',
  iat: 1_000,
  ...change,
})
