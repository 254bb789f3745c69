import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type HostWorld, must, openHostWorld } from '#test/support/agents/host-world.ts'
import { partsOf, seededSecrets } from '#test/support/secrets.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'

// What leaves a host, read before it is sealed: a real relay, host, device and agent process; the agent's commands, files and outputs are full of secrets.
const corpus = seededSecrets()
const known = corpus[0]?.secret.split('').reverse().join('') ?? ''
const sealed: string[] = []
const logged: string[] = []
const sent: string[] = []
let world: HostWorld

beforeAll(async () => {
  const { aesSeal } = nodeCrypto
  vi.spyOn(nodeCrypto, 'aesSeal').mockImplementation((key, nonce, aad, plaintext) => {
    sealed.push(new TextDecoder().decode(plaintext))
    return aesSeal(key, nonce, aad, plaintext)
  })
  const log = { info: (fields: object, message: string) => void logged.push(JSON.stringify({ ...fields, message })) }
  world = await openHostWorld({
    log,
    host: {
      environment: { ...process.env, PROVIDER_API_KEY: known },
      fetch: (input, init) => {
        if (typeof init?.body === 'string') sent.push(init.body)
        return fetch(input, init)
      },
    },
  })
  writeFileSync(join(world.project, 'corpus.json'), JSON.stringify({ corpus, known }))
})
afterAll(async () => {
  vi.restoreAllMocks()
  await world.close()
})

/** The statements among what was sealed, with their payloads in clear. */
const statements = (): string[] =>
  sealed.map((text) => {
    const [, payload] = /^[\s\S]*?eyJ[\w-]+\.([\w-]+)\.[\w-]+/.exec(text) ?? []
    return payload === undefined ? text : Buffer.from(payload, 'base64url').toString('utf8')
  })

test(`none of ${corpus.length} secrets leaves the host in an envelope, a push or a log`, {
  timeout: 240_000,
}, async () => {
  const task = await world.submit('[[act:corpus]]')
  const asked = new Set<string>()
  const over = task.ended.then(() => null)
  for (;;) {
    const next = await Promise.race([over, world.nextApproval(asked)])
    if (next === null) break
    asked.add(next.id)
    must(await world.device.decide({ approvalId: next.id, answer: 'deny', shown: { where: 'app', whole: true } }))
    // Three denials pause a session.
    if (asked.size % 3 === 0)
      must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'resume' }))
  }
  expect(await task.ended).toBe('completed')
  const clear = statements()
  const all = [...clear, ...logged, ...sent].join('\n')
  // The agent's words, commands, files and outputs did travel, without what was secret in them.
  expect(asked.size).toBeGreaterThanOrEqual(27)
  expect(clear.filter((text) => text.includes('⟨secret ')).length).toBeGreaterThan(100)
  for (const word of ['npm run deploy', 'all is well', 'said the agent', '"digest"']) expect(all).toContain(word)
  const leaked = corpus.filter(({ secret }) =>
    partsOf(secret).some((part) => all.includes(part) || all.includes(JSON.stringify(part).slice(1, -1))),
  )
  expect(leaked.map(({ form, secret }) => `${form} ${secret.slice(0, 12)}`)).toEqual([])
  expect(all).not.toContain(known)
})
