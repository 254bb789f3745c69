import type { Note } from './note.ts'

/** Asks a page where it is. What a browser says of a window is the address that it was opened with, wherever the app has gone since. */
export type WhereAsked = { where: true }

/** A page that is on the screen answers at once; one that hangs is not waited for. Milliseconds. */
const ANSWER_MS = 300

/** Whether a window that is on the screen shows this place of the app: what happens there is seen without a notification. */
export async function isSeen(clients: Pick<Clients, 'matchAll'>, place: string): Promise<boolean> {
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  const onScreen = windows.filter(({ visibilityState }) => visibilityState === 'visible')
  return (await Promise.all(onScreen.map(whereIs))).includes(place)
}

const whereIs = (window: Pick<Client, 'postMessage'>): Promise<string | null> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    const end = (place: string | null) => {
      clearTimeout(late)
      port1.close()
      resolve(place)
    }
    const late = setTimeout(() => end(null), ANSWER_MS)
    port1.onmessage = ({ data }) => end(typeof data === 'string' ? data : null)
    window.postMessage({ where: true } satisfies WhereAsked, [port2])
  })

/** Every push shows something, or the browser takes the leave to push away: what is seen already is shown without a sound. */
export const hushed = ({ title, options }: Note): Note => ({
  title,
  options: { ...options, silent: true, renotify: false },
})
