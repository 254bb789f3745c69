/** What the worker tells a page that is open. `team`: where this browser keeps the team that it is a place of; absent: the one that is shown. */
export type OpenPlace = { open: string; team?: string }

/** Names the team in an address; the page takes it out again at once. */
export const placeOfTeam = (path: string, team: string | undefined): string =>
  team === undefined ? path : `${path}?team=${encodeURIComponent(team)}`

/**
 * Shows a place of the app: in a window that is there, else in a new one. `noted`: where the tap leads is kept; a window that is there is told after that, as it takes the note
 * away: one that came later would lead the next start astray.
 */
export async function openPlace(
  clients: Clients,
  { path, team, noted }: { path: string; team: string | undefined; noted: Promise<unknown> },
): Promise<void> {
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  const window = windows.find(({ visibilityState }) => visibilityState === 'visible') ?? windows[0]
  if (!window) {
    await clients.openWindow(placeOfTeam(path, team))
    return
  }
  // At once, and refused unless it was a person's tap that brought us here.
  const focused = window.focus().catch(() => undefined)
  const message: OpenPlace = { open: path, ...(team === undefined ? {} : { team }) }
  await noted
  window.postMessage(message)
  await focused
}
