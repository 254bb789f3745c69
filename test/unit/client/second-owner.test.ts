import { expect, test } from 'vitest'
import { invite } from '#client/invite.ts'
import { setRights } from '#client/set-rights.ts'
import { newId } from '#protocol/ids.ts'
import type { KeyPair } from '#trust/keys.ts'
import { takeNews } from '#trust/take-news.ts'
import { appendEntry, makeAddDevice, type TeamState } from '#trust/trust-log.ts'
import { contextOf, crypto, foundTeam, must, newKeys, origin, relayOf } from './team-world.ts'

/** Two owners, and another phone of the first one's; a relay that takes in what hosts and devices would. */
async function twoOwners() {
  const { device: ada, team: founded } = await foundTeam()
  const adas = founded.keys.get(ada.keys.kid)?.rights?.person ?? ''
  const [grace, phone] = await Promise.all([newKeys(), newKeys()])
  const add = async (team: TeamState, { keys }: KeyPair, person: string, role: 'owner' | 'approver') => {
    const rights = { person, role, hosts: '*', maxTier: 3 } as const
    const entry = await makeAddDevice(crypto, ada, team, { device: keys, rights, now: Date.now() })
    return must(await appendEntry(crypto, team, entry))
  }
  const one = await add(founded, grace, newId('per', Date.now()), 'owner')
  let team = await add(one, phone, adas, 'approver')
  const relay = relayOf({
    'trust.read': ({ query }) => {
      const from = Number(query?.from ?? 0)
      return { from, entries: team.entries.slice(from), more: false }
    },
    'trust.append': async ({ body }) => {
      const news = await takeNews(crypto, team, [body.entry], { now: Date.now(), leases: async () => [] })
      if (news.refused) return news.refused
      team = news.team
      return { n: team.head.n }
    },
    'leases.read': () => ({ leases: [] }),
  })
  const of = (keys: KeyPair) => contextOf(keys, team, relay)
  return {
    ada: await of(ada),
    grace: await of(grace),
    phone: phone.keys.kid,
    roleNow: () => team.keys.get(phone.keys.kid)?.rights?.role,
    relay,
  }
}

const asOwner = { role: 'owner', hosts: '*', maxTier: 3 } as const

test('of two owners one alone makes no owner of a phone of their own: the word is kept, and the other owner’s makes it one', async () => {
  const { ada, grace, phone, roleNow } = await twoOwners()
  expect(must(await setRights(ada, { kid: phone, rights: asOwner })).stands).toBe(false)
  expect(must(await setRights(ada, { kid: phone, rights: asOwner })).stands).toBe(false)
  expect(roleNow()).toBe('approver')
  expect(must(await setRights(grace, { kid: phone, rights: asOwner })).stands).toBe(true)
  expect(roleNow()).toBe('owner')
})

test('and no phone is invited as an owner’s: nobody is shown a code that ends in a refusal', async () => {
  const { ada, relay } = await twoOwners()
  const never = () => {
    throw new Error('shown')
  }
  const invited = await invite(ada, {
    rights: { ...asOwner, person: newId('per', Date.now()) },
    name: 'Ada',
    appOrigin: origin,
    signal: new AbortController().signal,
    onLink: never,
    onLocked: never,
    onWrongCode: never,
    nextCode: never,
  })
  expect(invited).toMatchObject({ ok: false, code: 'trust_entry_refused' })
  expect(relay.calls).toEqual([])
})
