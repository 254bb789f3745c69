import type { Note } from './note.ts'

/** Whether a window that is on the screen shows this place of the app: what happens there is seen without a notification. */
export async function isSeen(clients: Pick<Clients, 'matchAll'>, place: string): Promise<boolean> {
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  return windows.some(({ visibilityState, url }) => visibilityState === 'visible' && new URL(url).pathname === place)
}

/** Every push shows something, or the browser takes the leave to push away: what is seen already is shown without a sound and taken away at once. */
export const hushed = ({ title, options }: Note): Note => ({
  title,
  options: { ...options, silent: true, renotify: false },
})
