import { expect, test } from 'vitest'
import { askForPasskey } from '#client/ask-for-passkey.ts'
import { readPasskeyRequest } from '#client/read-passkey-request.ts'
import { memoryStore } from '#client/store.ts'
import { limits } from '#protocol/limits.ts'
import { createAuthenticator } from '#test/support/authenticator.ts'
import { contextOf, foundTeam, must, newKeys, relayOf } from './team-world.ts'

const appOrigin = 'https://relay.example'
const { passkey } = createAuthenticator()

async function world() {
  const { device, team } = await foundTeam()
  const relay = relayOf({
    'trust.read': ({ query }) => ({
      from: Number(query?.from),
      entries: team.entries.slice(Number(query?.from)),
      more: false,
    }),
  })
  return { team, relay, context: await contextOf(device, team, relay, memoryStore()) }
}

test('a device’s wish to have its passkey stated is read by whoever has the trust log', async () => {
  const { context } = await world()
  const link = must(await askForPasskey(context, { passkey, appOrigin }))
  expect(link.startsWith(`${appOrigin}/passkey#`)).toBe(true)
  expect(must(await readPasskeyRequest(context, link))).toMatchObject({ passkey, device: context.keys.keys.kid })
})

test('one by a key that is not in the team, for another device, mauled or a day old is refused', async () => {
  const { context, team, relay } = await world()
  const stranger = await contextOf(await newKeys(), team, relay, memoryStore())
  const codeOf = async (link: string, at = context) => {
    const read = await readPasskeyRequest(at, link)
    return read.ok ? null : read.code
  }
  expect(await codeOf(must(await askForPasskey(stranger, { passkey, appOrigin })))).toBe('statement_invalid')
  const link = must(await askForPasskey(context, { passkey, appOrigin }))
  expect(await codeOf(link.slice(0, -4))).not.toBe(null)
  expect(await codeOf('https://relay.example/passkey#')).not.toBe(null)
  const later = { ...context, clock: { ...context.clock, now: () => Date.now() + limits.passkeyRequestMs + 60_000 } }
  expect(await codeOf(link, later)).toBe('statement_invalid')
})
