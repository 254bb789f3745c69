import { expect, test, vi } from 'vitest'
import type { DeviceEvent } from '#client/live.ts'
import { openLive } from '#client/live.ts'
import type { Post } from '#client/posts.ts'
import type { WebSocketPort } from '#link/socket.ts'
import type { FrameDown } from '#protocol/frames.ts'
import { PROTOCOL_VERSION } from '#protocol/version.ts'
import { ask, contextOf, foundTeam, origin, relayOf } from './team-world.ts'

/** A socket that opens at once, is told that it is synced, and then brings what the test sends. */
function socketsOf() {
  const sockets: { onmessage?: (event: { data: string }) => void; onopen?: () => void }[] = []
  function Socket(this: (typeof sockets)[number] & { send(text: string): void; close(): void }) {
    this.send = (text) => {
      const { type, id } = JSON.parse(text)
      if (type === 'connection.sync')
        bring({ type: 'connection.synced', re: id, connectionId: 'c', time: Date.now(), inbox: [], more: false })
    }
    this.close = () => {}
    sockets.push(this)
    queueMicrotask(() => this.onopen?.())
  }
  const bring = (frame: unknown) => sockets.at(-1)?.onmessage?.({ data: JSON.stringify(frame) })
  return { WebSocket: Socket as unknown as WebSocketPort, bring: (frame: FrameDown) => bring(frame) }
}

test('an approval is heard while something that waited here is still being sent', async () => {
  const { device, host, team } = await foundTeam()
  const request = await ask(host, team)
  const { promise: never } = Promise.withResolvers<object>()
  const relay = relayOf({
    'relay.read': () => ({
      protocol: PROTOCOL_VERSION,
      socketUrl: `${origin.replace('http', 'ws')}/ws`,
      time: Date.now(),
    }),
    'trust.read': () => ({ from: 1, entries: team.entries.slice(1), more: false }),
    'task.input': () => never,
  })
  const context = await contextOf(device, team, relay)
  const send = { route: 'task.input', params: { id: 'tsk_1' }, body: { id: 'inp_1' } } as unknown as Post['send']
  await context.store.put<Post>('post/inp_1', { id: 'inp_1', taskId: 'tsk_1', text: 'a word', at: 1, send })
  const { WebSocket, bring } = socketsOf()
  const heard: DeviceEvent[] = []
  const live = openLive(context, WebSocket)
  live.on((event) => heard.push(event))
  await vi.waitUntil(() => relay.calls.some(({ route }) => route === 'task.input'))
  bring({ type: 'approval.requested', approval: request.view })
  await vi.waitUntil(() => heard.some((event) => event.type === 'approval'))
  expect(heard.some((event) => event.type === 'flushed')).toBe(false)
  live.close()
})
