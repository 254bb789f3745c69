import { signal } from '@preact/signals'

/** A place inside the app. `pair` may carry the link that was opened; its secret is taken out of the address at once. */
export type Place =
  | { at: 'waiting' }
  | { at: 'approval'; id: string }
  | { at: 'together'; id: string }
  | { at: 'tasks' }
  | { at: 'task'; id: string }
  | { at: 'new' }
  | { at: 'hosts' }
  | { at: 'history' }
  | { at: 'people' }
  | { at: 'invite' }
  | { at: 'kept' }
  | { at: 'settings' }
  | { at: 'pair'; link: string | null }
  | { at: 'passkey'; link: string | null }
  | { at: 'nowhere' }

const simple = {
  '': 'waiting',
  tasks: 'tasks',
  new: 'new',
  hosts: 'hosts',
  history: 'history',
  people: 'people',
  invite: 'invite',
  kept: 'kept',
  settings: 'settings',
} as const

export function placeOf(url: URL): Place {
  const [, first = '', id, ...rest] = url.pathname.split('/')
  if (rest.length > 0) return { at: 'nowhere' }
  if (first === 'p') return { at: 'pair', link: url.hash.length > 1 ? url.href : null }
  if (first === 'passkey') return { at: 'passkey', link: url.hash.length > 1 ? url.href : null }
  if (first === 'pair') return { at: 'pair', link: null }
  if ((first === 'approval' || first === 'together' || first === 'task') && id) return { at: first, id }
  return Object.hasOwn(simple, first) && id === undefined
    ? { at: simple[first as keyof typeof simple] }
    : { at: 'nowhere' }
}

export type Router = ReturnType<typeof openRouter>

/** The address bar as a signal. Links are plain `<a href>`; a click on one changes the place without loading. */
export function openRouter(window: Window) {
  const read = () => placeOf(new URL(window.location.href))
  const place = signal<Place>(read())

  function take(): void {
    place.value = read()
    // The one-time secret of a pairing link stays neither in the address bar nor in the history.
    if (place.value.at === 'pair' && place.value.link) window.history.replaceState(null, '', '/pair')
  }

  function go(path: string, { replace = false } = {}): void {
    if (path === window.location.pathname + window.location.search) return
    window.history[replace ? 'replaceState' : 'pushState']({ inside: true }, '', path)
    take()
    window.scrollTo(0, 0)
  }

  /** Back where one came from; from a notification or a link there is nothing behind, so it leads home. */
  function back(): void {
    if (window.history.state?.inside) window.history.back()
    else go('/', { replace: true })
  }

  window.addEventListener('popstate', take)
  window.addEventListener('hashchange', take)
  window.document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest?.('a[href]')
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!(link instanceof HTMLAnchorElement) || link.origin !== window.location.origin || link.target || !isPlain)
      return
    event.preventDefault()
    go(link.pathname + link.hash)
  })
  take()
  return { place, go, back }
}
