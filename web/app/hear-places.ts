import type { OpenPlace } from '../service-worker/open-place.ts'
import type { WhereAsked } from '../service-worker/seen-place.ts'

/**
 * Places that the worker asks to be shown, and which it is that is shown, from the first moment on: a tap on a notification may come while the page still starts, and what nobody listens to is lost. Returns
 * who takes them from now on, and what was asked before.
 */
export function hearPlaces(container: ServiceWorkerContainer | undefined): (open: (place: OpenPlace) => void) => void {
  const asked: OpenPlace[] = []
  let open = (place: OpenPlace): void => {
    asked.push(place)
  }
  container?.addEventListener('message', ({ data, ports }: MessageEvent<Partial<OpenPlace & WhereAsked>>) => {
    if (data?.where) ports[0]?.postMessage(location.pathname)
    else if (typeof data?.open === 'string') open({ ...data, open: data.open })
  })
  return (taker) => {
    open = taker
    for (const place of asked.splice(0)) taker(place)
  }
}
