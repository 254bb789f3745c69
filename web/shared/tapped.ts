import type { Store } from '#client/store.ts'

/** Where a tap on a notification wanted to go. Some phones open the app's first page whatever is asked for; then that page goes on there. */
type Tapped = { path: string; at: number }

const TAPPED = 'app/tapped'
/** The last approval that a push was about, for a tap on a notification that the phone itself has shown. */
const PUSHED = 'app/pushed'
/** An opening that comes later has nothing to do with the tap. Milliseconds. */
const FRESH_MS = 60_000

export const noteTapped = (store: Store, path: string): Promise<void> =>
  store.put<Tapped>(TAPPED, { path, at: Date.now() })

export const notePushed = (store: Store, approvalId: string): Promise<void> => store.put(PUSHED, approvalId)

/** Where a start at the first page should lead, once; null: nowhere else. `isPushed`: the phone's own notification was tapped. */
export async function takeTapped(store: Store, isPushed: boolean): Promise<string | null> {
  const [tapped, pushed] = await Promise.all([store.get<Tapped>(TAPPED), store.get<string>(PUSHED)])
  if (tapped) await store.delete(TAPPED)
  if (tapped && Date.now() - tapped.at < FRESH_MS) return tapped.path
  return isPushed && pushed !== undefined ? `/approval/${pushed}` : null
}
