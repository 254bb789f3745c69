import { hostIdOf, newId } from '#protocol/ids.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { makeApproval } from '#trust/approval.ts'
import { checkDecision } from '#trust/check-decision.ts'
import { makeDecision } from '#trust/decision.ts'
import { generateKeys } from '#trust/keys.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { makeAddHost, makeGenesis, readLog } from '#trust/trust-log.ts'
import { type Figure, figure, percentile } from './figure.ts'

const rounds = 500

/** All checks that the host makes of one decision, in the order of the design, without files. The floor: one bare ES256 verification of WebCrypto. */
export async function verifyDecision(): Promise<Figure[]> {
  const c = nodeCrypto
  const now = Date.now()
  const device = await generateKeys(c, { extractable: true })
  const host = await generateKeys(c, { extractable: true })
  const genesis = await makeGenesis(c, device, { person: newId('per', now), now })
  const founded = must(await readLog(c, [genesis]))
  const added = await makeAddHost(c, device, founded, { host: host.keys, now })
  const team = must(await readLog(c, [genesis, added]))
  const me = hostIdOf(host.keys.kid)

  const samples: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const { approval, jws } = must(
      await makeApproval(c, host, {
        id: newId('apr', now),
        aud: team.teamId,
        task: newId('tsk', now),
        operation: deletion(me, round),
        quorum: { persons: 1 },
        gesture: 'tap',
        iat: now,
        expiresAt: now + 3_600_000,
        releaseBy: now + 7_200_000,
        scopes: ['once'],
        policyHash: 'p'.repeat(43),
        trustHead: team.head,
        project: 'bench',
      }),
    )
    const decisionJws = await makeDecision(c, device, {
      id: newId('dec', now),
      approval,
      approvalJws: jws,
      answer: 'approve',
      shown: { where: 'app', whole: true },
      now,
      trustHead: team.head,
    })
    const startedAt = performance.now()
    const checked = await checkDecision(c, {
      decisionJws,
      approvalJws: jws,
      approval,
      digestNow: approval.digest,
      team,
      leases: [],
      me,
      open: true,
      personsSoFar: [],
      now,
      elapsed: 0,
      fresh: async () => true,
      code: null,
      verifyPasskey: async () => false,
    })
    samples.push(performance.now() - startedAt)
    must(checked)
  }
  return [figure('verifyDecisionMs.p50', percentile(samples, 50), 'ms', await bareVerification())]
}

export function deletion(host: string, n: number): Operation {
  return {
    v: 1,
    kind: 'command',
    host,
    driver: 'acp:bench',
    binding: 'fenced',
    cwd: { path: '/project', dev: '1', ino: '2' },
    input: JSON.stringify({ command: `rm -r out-${n}` }),
    command: `rm -r out-${n}`,
    argv: ['rm', '-r', `out-${n}`],
    executable: { path: '/usr/bin/rm', sha256: 'e'.repeat(43) },
    environment: null,
    files: [{ path: `/project/out-${n}`, change: 'delete' }],
    hosts: [],
    tier: 2,
    why: ['It deletes.'],
    uninspectable: [],
    secrets: [],
  }
}

async function bareVerification(): Promise<number> {
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const data = new Uint8Array(1_000)
  const signature = await crypto.subtle.sign(algorithm, pair.privateKey, data)
  const samples: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now()
    await crypto.subtle.verify(algorithm, pair.publicKey, signature, data)
    samples.push(performance.now() - startedAt)
  }
  return percentile(samples, 50)
}

export function must<T>(result: { ok: true; value: T } | { ok: false; code: string }): T {
  if (!result.ok) throw new Error(`refused: ${result.code}`)
  return result.value
}
