/** Background Sync is in no standard that TypeScript knows. */
type Syncing = { sync?: { register(tag: string): Promise<void> } }

/** Asks the browser to let the worker send what is kept when there is a network again, also when the app is closed by then. Without it the next opening or push sends it. */
export async function syncLater(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration()
  await (registration as Syncing | undefined)?.sync?.register('decisions').catch(() => undefined)
}
