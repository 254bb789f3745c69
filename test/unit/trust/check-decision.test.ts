import { createHmac, generateKeyPairSync, sign as nodeSign } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { isErrorCode } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { typ } from '#protocol/statements/typ.ts'
import type { Asked, World } from '#test/support/trust-world.ts'
import { anOperation, ask, decide, judged, MINUTE, must, NOW, newTeam, withDevice } from '#test/support/trust-world.ts'
import { toBase64url, utf8 } from '#trust/bytes.ts'
import { checkDecision, checks } from '#trust/check-decision.ts'
import { signStatement } from '#trust/jws.ts'
import { generateKeys } from '#trust/keys.ts'
import { makeLease } from '#trust/lease.ts'
import { appendEntry, makeRemoveKey } from '#trust/trust-log.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

let world: World
let asked: Asked
let good: string

beforeAll(async () => {
  world = await newTeam()
  asked = await ask(world)
  good = await decide(world, world.owner, asked)
})

const codeOf = async (decisionJws: string, change = {}, at: World = world, of: Asked = asked) => {
  const result = await checkDecision(c, judged(at, of, decisionJws, change))
  return result.ok ? 'accepted' : result.code
}

/** The payload of the good decision, changed and signed again by `by`. */
const resigned = async (change: object, by = world.owner, header = typ.decision as string) => {
  const payload = JSON.parse(Buffer.from(good.split('.')[1] ?? '', 'base64url').toString())
  return signStatement(c, by, header as typeof typ.decision, { ...payload, ...change })
}

test('a decision that is in order is accepted, with its person, and completes a quorum of one', async () => {
  const result = must(await checkDecision(c, judged(world, asked, good)))
  expect(result).toMatchObject({ complete: true, decision: { answer: 'approve', approval: asked.approval.id } })
  expect(result.person).toBe(world.team.keys.get(world.owner.keys.kid)?.rights?.person)
})

test('the checks run in the order of the design', () => {
  expect(checks.map(([code]) => code)).toEqual([
    'decision_key_removed',
    'decision_lease_expired',
    'decision_role_refused',
    'decision_signature',
    'decision_other_log',
    'trust_log_behind',
    'decision_wrong_host',
    'decision_not_open',
    'decision_request_mismatch',
    'decision_digest_mismatch',
    'decision_nonce',
    'decision_scope_refused',
    'clock_wrong',
    'decision_expired',
    'decision_gesture',
    'decision_unread',
    'decision_code',
    'decision_passkey',
    'decision_answers',
    'decision_requester',
    'decision_not_asked',
    'decision_quorum_duplicate',
    'decision_stale',
  ])
})

test('a question is answered as its form says; nothing else carries answers', async () => {
  const fields = [{ type: 'integer' as const, key: 'n', label: 'How many', required: true, most: 3 }]
  const operation = anOperation(world.host, {
    kind: 'question',
    command: null,
    argv: null,
    form: { message: '', fields },
  })
  const question = await ask(world, { operation })
  const answered = async (value: number | string, at = question) =>
    codeOf(await decide(world, world.owner, at, { answers: [{ key: 'n', value }] }), {}, world, at)
  expect(await answered(3)).toBe('accepted')
  expect([await answered(4), await answered('3'), await answered(3, asked)]).toEqual(Array(3).fill('decision_answers'))
  expect(await codeOf(await decide(world, world.owner, question), {}, world, question)).toBe('decision_answers')
  expect(await codeOf(await decide(world, world.owner, question, { answer: 'deny' }), {}, world, question)).toBe(
    'accepted',
  )
})

describe('the forged', () => {
  const body = () => good.split('.')[1] ?? ''
  const kid = () => world.owner.keys.kid
  const head = (header: object) => toBase64url(utf8(JSON.stringify(header)))

  test('alg none, with and without a signature', async () => {
    const header = head({ alg: 'none', typ: typ.decision, kid: kid() })
    expect(await codeOf(`${header}.${body()}.`)).toBe('decision_algorithm')
    expect(await codeOf(`${header}.${body()}.${good.split('.')[2]}`)).toBe('decision_algorithm')
  })

  test('HS256 with the public key as secret', async () => {
    const header = head({ alg: 'HS256', typ: typ.decision, kid: kid() })
    const mac = createHmac('sha256', JSON.stringify(world.owner.keys.sign))
      .update(`${header}.${body()}`)
      .digest('base64url')
    expect(await codeOf(`${header}.${body()}.${mac}`)).toBe('decision_algorithm')
  })

  test('ES384', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const header = head({ alg: 'ES384', typ: typ.decision, kid: kid() })
    const signature = nodeSign('sha384', Buffer.from(`${header}.${body()}`), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    })
    expect(await codeOf(`${header}.${body()}.${signature.toString('base64url')}`)).toBe('decision_algorithm')
  })

  test('an embedded jwk, jku, x5c, crit, b64: a header says nothing about keys', async () => {
    const mallory = await generateKeys(c, { extractable: true })
    const base = { alg: 'ES256', typ: typ.decision, kid: kid() }
    for (const extra of [
      { jwk: mallory.keys.sign },
      { jku: 'https://evil.example/keys' },
      { x5c: ['MIIB'] },
      { crit: ['b64'], b64: false },
    ]) {
      const signed = `${head({ ...base, ...extra })}.${body()}`
      const signature = toBase64url(await c.sign(mallory.signKey, utf8(signed)))
      expect(await codeOf(`${signed}.${signature}`)).toBe('decision_algorithm')
    }
  })

  test('a foreign kid, and a known kid with a foreign key', async () => {
    const mallory = await generateKeys(c, { extractable: true })
    expect(await codeOf(await resigned({ device: mallory.keys.kid }, mallory))).toBe('decision_key_unknown')
    expect(await codeOf(await resigned({}, { ...mallory, keys: world.owner.keys }))).toBe('decision_signature')
  })

  test('the host’s own key decides nothing', async () => {
    expect(await codeOf(await resigned({ device: world.host.keys.kid }, world.host))).toBe('decision_key_unknown')
  })

  test('zero r, zero s, both; s of the group’s order; DER; a byte too few', async () => {
    const [h, b, s] = good.split('.')
    const bytes = Buffer.from(s ?? '', 'base64url')
    const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
    const der = nodeSign('sha256', Buffer.from(`${h}.${b}`), {
      key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      dsaEncoding: 'der',
    })
    const zero = Buffer.alloc(32)
    const forged = [
      Buffer.concat([zero, bytes.subarray(32)]),
      Buffer.concat([bytes.subarray(0, 32), zero]),
      Buffer.alloc(64),
      Buffer.concat([bytes.subarray(0, 32), order]),
      der,
      bytes.subarray(0, 63),
    ]
    for (const signature of forged)
      expect(await codeOf(`${h}.${b}.${signature.toString('base64url')}`)).toBe('decision_signature')
  })

  test('another kind of statement, signed by the right key', async () => {
    expect(await codeOf(await resigned({}, world.owner, typ.receipt))).toBe('decision_algorithm')
  })

  test('unknown, duplicate and prototype members', async () => {
    expect(await codeOf(await resigned({ widen: true }))).toBe('decision_malformed')
    const text = Buffer.from(body(), 'base64url').toString()
    for (const changed of [
      text.replace('{', '{"answer":"deny",'),
      text.replace('{', '{"__proto__":{"answer":"deny"},'),
      ` ${text}`,
    ]) {
      const signed = `${good.split('.')[0]}.${toBase64url(utf8(changed))}`
      expect(await codeOf(`${signed}.${toBase64url(await c.sign(world.owner.signKey, utf8(signed)))}`)).toBe(
        'decision_malformed',
      )
    }
  })

  test('base64url with padding or stray bits', async () => {
    const [h, b, s = ''] = good.split('.')
    expect(await codeOf(`${h}.${b}.${s}=`)).toBe('decision_malformed')
    // 64 bytes leave four bits unused in the last character.
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const stray = last[last.indexOf(s.at(-1) ?? '') | 1] ?? ''
    expect(await codeOf(`${h}.${b}.${s.slice(0, -1)}${stray}`)).toBe('decision_malformed')
  })

  test('larger than any decision', async () => {
    expect(await codeOf(`${good}${'A'.repeat(12_000)}`)).toBe('decision_too_large')
  })

  test('every changed byte of a good one', async () => {
    for (let at = 0; at < good.length; at += 7) {
      const other = good[at] === 'A' ? 'B' : 'A'
      expect(await codeOf(good.slice(0, at) + other + good.slice(at + 1)), `at ${at}`).not.toBe('accepted')
    }
  })

  test('garbage is answered with a listed code', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.tuple(fc.base64String(), fc.base64String(), fc.base64String()).map((parts) => parts.join('.')),
        ),
        async (text) => {
          const code = await codeOf(text)
          expect(isErrorCode(code)).toBe(true)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('each check has its own code', () => {
  test('key removed', async () => {
    const { device, team } = await withDevice(world)
    const later = must(
      await appendEntry(c, team, await makeRemoveKey(c, world.owner, team, { kid: device.keys.kid, now: NOW })),
    )
    expect(await codeOf(await decide(world, device, asked), { team: later })).toBe('decision_key_removed')
  })

  test('lease: it lapses, an owner renews it, and a forged one is not asked', async () => {
    const { device, team } = await withDevice(world)
    const after = NOW + limits.leaseMs + MINUTE
    const late = await ask({ ...world, team }, { iat: after, expiresAt: after + MINUTE, releaseBy: after + MINUTE })
    const decision = await decide(world, device, late, { now: after })
    const at = { team, now: after, elapsed: 0 }
    expect(await codeOf(decision, at, world, late)).toBe('decision_lease_expired')
    const lease = JSON.parse(
      Buffer.from(
        (await makeLease(c, world.owner, team, { kid: device.keys.kid, now: after })).split('.')[1] ?? '',
        'base64url',
      ).toString(),
    )
    expect(await codeOf(decision, { ...at, leases: [lease] }, world, late)).toBe('accepted')
  })

  test('role, hosts and tier of the device', async () => {
    for (const rights of [{ role: 'viewer' as const }, { hosts: [] }, { maxTier: 1 as const }]) {
      const { device, team } = await withDevice(world, rights)
      expect(await codeOf(await decide(world, device, asked), { team })).toBe('decision_role_refused')
    }
    const { device, team } = await withDevice(world)
    const newcomer = {
      device: (await generateKeys(c, { extractable: true })).keys,
      label: 'x',
      rights: { person: `per_${'0'.repeat(26)}`, role: 'approver' as const, hosts: '*' as const, maxTier: 2 as const },
    }
    const admit = await ask(world, { operation: anOperation(world.host, { kind: 'add-device', newcomer }) })
    expect(await codeOf(await decide(world, device, admit), { team }, world, admit)).toBe('decision_role_refused')
  })

  test('another host, another team, another device’s name', async () => {
    expect(await codeOf(await resigned({ aud: `hst_${'A'.repeat(43)}` }))).toBe('decision_wrong_host')
    expect(await codeOf(await resigned({ team: `tm_${'A'.repeat(43)}` }))).toBe('decision_wrong_host')
    expect(await codeOf(await resigned({ device: 'A'.repeat(43) }))).toBe('decision_wrong_host')
  })

  test('another trust log than the host’s, or more of it; less is fine', async () => {
    const { device, team } = await withDevice(world)
    const ahead = await decide({ ...world, team }, world.owner, asked)
    expect(await codeOf(ahead)).toBe('trust_log_behind')
    expect(await codeOf(ahead, { team })).toBe('accepted')
    expect(await codeOf(good, { team })).toBe('accepted')
    expect(await codeOf(await decide(world, device, asked), { team })).toBe('accepted')
    for (const n of [0, world.team.head.n])
      expect(await codeOf(await resigned({ trustHead: { n, hash: 'A'.repeat(43) } }))).toBe('decision_other_log')
  })

  test('not open, or another approval’s', async () => {
    expect(await codeOf(good, { open: false })).toBe('decision_not_open')
    const other = await ask(world)
    expect(await codeOf(await decide(world, world.owner, other))).toBe('decision_not_open')
  })

  test('request, digest and nonce', async () => {
    expect(await codeOf(await resigned({ request: 'A'.repeat(43) }))).toBe('decision_request_mismatch')
    expect(await codeOf(await resigned({ digest: 'A'.repeat(43) }))).toBe('decision_digest_mismatch')
    expect(await codeOf(good, { digestNow: 'A'.repeat(43) })).toBe('decision_digest_mismatch')
    expect(await codeOf(good, { digestNow: null })).toBe('decision_digest_mismatch')
    expect(await codeOf(await resigned({ nonce: 'A'.repeat(22) }))).toBe('decision_nonce')
  })

  test('a scope that was not offered', async () => {
    expect(await codeOf(await resigned({ scope: 'rule' }))).toBe('decision_scope_refused')
  })

  test('time: the tap by the approval, the release by wall and by monotonic clock', async () => {
    expect(await codeOf(await decide(world, world.owner, asked, { now: NOW + 11 * MINUTE }))).toBe('decision_expired')
    expect(await codeOf(good, { now: NOW + 61 * MINUTE })).toBe('decision_expired')
    // The wall clock was set back; the other one was not.
    expect(await codeOf(good, { elapsed: 61 * MINUTE })).toBe('decision_expired')
    expect(await codeOf(await resigned({ exp: NOW + 90 * MINUTE }))).toBe('decision_expired')
    // Fifty minutes after the tap, not after the last moment for it; by whatever the device says.
    const long = await resigned({ exp: asked.approval.releaseBy })
    expect(await codeOf(long, { now: NOW + 51 * MINUTE, elapsed: 51 * MINUTE })).toBe('accepted')
    expect(await codeOf(long, { now: NOW + 52 * MINUTE, elapsed: 2 * MINUTE })).toBe('decision_expired')
    expect(await codeOf(long, { now: NOW + 2 * MINUTE, elapsed: 52 * MINUTE })).toBe('decision_expired')
    const last = await decide(world, world.owner, asked, { now: NOW + 10 * MINUTE })
    expect(await codeOf(last, { now: NOW + 60 * MINUTE, elapsed: 60 * MINUTE })).toBe('accepted')
  })

  test('a clock a day off approves nothing: ahead it is late, behind it is before the question; no is always possible', async () => {
    const day = 24 * 60 * MINUTE
    expect(await codeOf(await decide(world, world.owner, asked, { now: NOW + day }))).toBe('decision_expired')
    expect(await codeOf(await decide(world, world.owner, asked, { now: NOW - day }))).toBe('clock_wrong')
    expect(await codeOf(await decide(world, world.owner, asked, { now: NOW - day, answer: 'deny' }))).toBe('accepted')
    // The host's own clock was set forward after it asked.
    expect(await codeOf(good, { now: NOW + day })).toBe('decision_expired')
  })

  test('tier 3 and what can’t be inspected need more than a tap', async () => {
    const three = await ask(world, { operation: anOperation(world.host, { tier: 3 }) })
    expect(await codeOf(await decide(world, world.owner, three), {}, world, three)).toBe('decision_gesture')
    expect(await codeOf(await decide(world, world.owner, three, { answer: 'deny' }), {}, world, three)).toBe('accepted')
    const opaque = await ask(world, { operation: anOperation(world.host, { uninspectable: ['curl … | sh'] }) })
    expect(await codeOf(await decide(world, world.owner, opaque), {}, world, opaque)).toBe('decision_gesture')
  })

  test('a gesture that the decision can’t prove', async () => {
    const held = await ask(world, { gesture: 'hold' })
    expect(await codeOf(await decide(world, world.owner, held), {}, world, held)).toBe('decision_gesture')
  })

  test('quorum counts persons: nobody twice, and the second completes it', async () => {
    const person = world.team.keys.get(world.owner.keys.kid)?.rights?.person ?? ''
    const two = await ask(world, { quorum: { persons: 2 } })
    const first = must(await checkDecision(c, judged(world, two, await decide(world, world.owner, two))))
    expect(first.complete).toBe(false)
    const { device, team } = await withDevice(world, { person })
    expect(await codeOf(await decide(world, device, two), { team, personsSoFar: [person] }, world, two)).toBe(
      'decision_quorum_duplicate',
    )
    const other = await withDevice(world)
    const second = must(
      await checkDecision(
        c,
        judged(world, two, await decide(world, other.device, two), { team: other.team, personsSoFar: [person] }),
      ),
    )
    expect(second.complete).toBe(true)
  })

  test('what changed since it was shown is stale; a denial is not asked for files', async () => {
    expect(await codeOf(good, { fresh: async () => false })).toBe('decision_stale')
    expect(
      await codeOf(await decide(world, world.owner, asked, { answer: 'deny' }), { fresh: async () => false }),
    ).toBe('accepted')
  })
})
