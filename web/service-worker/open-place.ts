/** What the worker tells a page that is open. `team`: where this browser keeps the team that it is a place of; absent: the one that is shown. */
export type OpenPlace = { open: string; team?: string }

/** Names the team in an address; the page takes it out again at once. */
export const placeOfTeam = (path: string, team: string | undefined): string =>
  team === undefined ? path : `${path}?team=${encodeURIComponent(team)}`

/** Shows a place of the app: in a window that is there, else in a new one. */
export async function openPlace(clients: Clients, path: string, team?: string): Promise<void> {
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  const window = windows.find(({ visibilityState }) => visibilityState === 'visible') ?? windows[0]
  if (!window) {
    await clients.openWindow(placeOfTeam(path, team))
    return
  }
  const message: OpenPlace = { open: path, ...(team === undefined ? {} : { team }) }
  window.postMessage(message)
  // Refused unless it was a person's tap that brought us here.
  await window.focus().catch(() => undefined)
}
