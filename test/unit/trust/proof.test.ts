import { beforeAll, expect, test } from 'vitest'
import { limits } from '#protocol/limits.ts'
import { NOW } from '#test/support/trust-world.ts'
import { utf8 } from '#trust/bytes.ts'
import type { KeyPair } from '#trust/keys.ts'
import { generateKeys } from '#trust/keys.ts'
import type { ProofToCheck } from '#trust/proof.ts'
import { checkProof, makeProof } from '#trust/proof.ts'
import { webCrypto as c } from '#trust/web-crypto.ts'

const team = `tm_${'T'.repeat(43)}`
const request = { aud: 'https://relay.example', method: 'POST' as const, path: '/v1/tasks?x=1', body: utf8('{"a":1}') }
let pair: KeyPair

beforeAll(async () => {
  pair = await generateKeys(c, { extractable: false })
})

async function check(made: object = {}, seen: Partial<ProofToCheck> = {}) {
  const jws = await makeProof(c, pair, { ...request, now: NOW, team, ...made })
  const keyOf = async (id: string, kid: string) => (id === team && kid === pair.keys.kid ? pair.keys.sign : null)
  const result = await checkProof(c, { jws, ...request, now: NOW, keyOf, ...seen })
  return result.ok ? { team: result.value.team, kid: result.value.kid } : result.code
}

test('a proof is good for its request', async () => {
  expect(await check()).toEqual({ team, kid: pair.keys.kid })
})

test('and for no other audience, method, path, query or body', async () => {
  for (const seen of [
    { aud: 'https://other.example' },
    { method: 'PUT' as const },
    { path: '/v1/tasks' },
    { path: '/v1/tasks?x=2' },
    { body: utf8('{"a":2}') },
    { body: utf8('') },
  ])
    expect(await check({}, seen), JSON.stringify(seen)).toBe('proof_invalid')
})

test('it lives a minute, and clocks may differ by one', async () => {
  const skew = limits.clockSkewMs
  expect(await check({}, { now: NOW + limits.proofMs + skew })).toMatchObject({ team })
  expect(await check({}, { now: NOW + limits.proofMs + skew + 1 })).toBe('proof_expired')
  expect(await check({}, { now: NOW - skew })).toMatchObject({ team })
  expect(await check({}, { now: NOW - skew - 1 })).toBe('proof_expired')
})

test('an unknown key, another team, another key under its name', async () => {
  expect(await check({ team: `tm_${'U'.repeat(43)}` })).toBe('key_unknown')
  const mallory = await generateKeys(c, { extractable: false })
  expect(await check({}, { keyOf: async () => mallory.keys.sign })).toBe('proof_invalid')
})

test('a key that shows itself names no team, and a member shows no key', async () => {
  const jws = await makeProof(c, pair, { ...request, now: NOW, withJwk: true })
  const open = await checkProof(c, { jws, ...request, now: NOW, keyOf: async () => null })
  expect(open).toMatchObject({ ok: true, value: { kid: pair.keys.kid, jwk: pair.keys.sign } })
  expect(await check({ withJwk: true })).toBe('proof_invalid')
  expect(await check({ team: undefined })).toBe('proof_invalid')
  const mallory = await generateKeys(c, { extractable: false })
  const stolen = await makeProof(
    c,
    { ...mallory, keys: { ...mallory.keys, kid: pair.keys.kid } },
    { ...request, now: NOW, withJwk: true },
  )
  expect(await checkProof(c, { jws: stolen, ...request, now: NOW, keyOf: async () => null })).toMatchObject({
    code: 'proof_invalid',
  })
})
