import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startControl } from '#host-agent/control/control.ts'
import { connectControl } from '#host-agent/control/control-client.ts'
import { controlPath } from '#host-agent/control/control-path.ts'
import { must } from '../client/team-world.ts'

let home = ''
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-control-'))
})
afterAll(() => rm(home, { recursive: true }))

test('a program that hangs up in the middle of an answer leaves the host agent running', async () => {
  const gone = Promise.withResolvers<void>()
  const server = must(
    await startControl(home, (tell) => ({
      request: () => {
        for (let n = 0; n < 2_000; n += 1) tell({ event: 'status', fill: 'x'.repeat(1_000) })
      },
      gone: gone.resolve,
    })),
  )
  const rude = createConnection(controlPath(home))
  rude.on('error', () => {})
  rude.write('{"verb":"status"}\n')
  rude.once('readable', () => rude.destroy())
  await gone.promise

  const control = must(await connectControl(home))
  control.send({ verb: 'status' })
  for await (const { event } of control.events) {
    expect(event).toBe('status')
    break
  }
  control.close()
  await server.close()
})
