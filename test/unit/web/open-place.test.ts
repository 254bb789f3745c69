import { expect, test } from 'vitest'
import { openPlace } from '#web/service-worker/open-place.ts'

/** Windows of a browser, and what was done to them, in order. */
function browser(windows: number) {
  const done: string[] = []
  const window = (id: number) => ({
    visibilityState: id === 1 ? 'visible' : 'hidden',
    focus: async () => void done.push(`focus ${id}`),
    postMessage: ({ open }: { open: string }) => void done.push(`tell ${id} ${open}`),
  })
  const clients = {
    matchAll: async () => Array.from({ length: windows }, (_, id) => window(id)),
    openWindow: async (path: string) => void done.push(`open ${path}`),
  }
  return { done, clients: clients as unknown as Clients }
}

test('a window that is there comes to the front at once, and is told once the tap is noted: it takes the note away', async () => {
  const { done, clients } = browser(2)
  const { promise: noted, resolve } = Promise.withResolvers<void>()
  const opened = openPlace(clients, {
    path: '/approval/1',
    team: undefined,
    noted: noted.then(() => done.push('noted')),
  })
  await expect.poll(() => done).toEqual(['focus 1'])
  resolve()
  await opened
  expect(done).toEqual(['focus 1', 'noted', 'tell 1 /approval/1'])
})

test('without a window one is opened, whatever the store does', async () => {
  const { done, clients } = browser(0)
  await openPlace(clients, { path: '/', team: 'a b', noted: new Promise(() => {}) })
  expect(done).toEqual(['open /?team=a%20b'])
})
