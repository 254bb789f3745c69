/** What the worker tells a page that is open. */
export type OpenPlace = { open: string }

/** Shows a place of the app: in a window that is there, else in a new one. */
export async function openPlace(clients: Clients, path: string): Promise<void> {
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  const window = windows.find(({ visibilityState }) => visibilityState === 'visible') ?? windows[0]
  if (!window) {
    await clients.openWindow(path)
    return
  }
  const message: OpenPlace = { open: path }
  window.postMessage(message)
  // Refused unless it was a person's tap that brought us here.
  await window.focus().catch(() => undefined)
}
