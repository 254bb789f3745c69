import type { OpenPlace } from '../service-worker/open-place.ts'

/**
 * Places that the worker asks to be shown, from the first moment on: a tap on a notification may come while the page still starts, and what nobody listens to is lost. Returns
 * who takes them from now on, and what was asked before.
 */
export function hearPlaces(container: ServiceWorkerContainer | undefined): (open: (place: OpenPlace) => void) => void {
  const asked: OpenPlace[] = []
  let open = (place: OpenPlace): void => {
    asked.push(place)
  }
  container?.addEventListener('message', ({ data }: MessageEvent<OpenPlace>) => {
    if (typeof data?.open === 'string') open(data)
  })
  return (taker) => {
    open = taker
    for (const place of asked.splice(0)) taker(place)
  }
}
