/** Push services of the browsers; `*.` stands for one or more labels. A new one needs a line here, and nothing else is ever sent to. */
const services = [
  'fcm.googleapis.com',
  'jmt17.google.com',
  'updates.push.services.mozilla.com',
  '*.push.apple.com',
  '*.notify.windows.com',
] as const

/**
 * Whether a push may be sent to this address: looked at when it is subscribed and again when it is used. https on its own port, a listed name (so no IP
 * address), no name or password inside. Anything unknown is refused: the relay must not be made to call addresses of others' choice.
 */
export function isPushEndpoint(endpoint: string): boolean {
  if (!/^https:\/\/[a-z0-9.-]+\//.test(endpoint)) return false
  const url = URL.parse(endpoint)
  if (url?.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '' || url.hash !== '')
    return false
  return services.some((service) =>
    service.startsWith('*.') ? url.hostname.endsWith(service.slice(1)) : url.hostname === service,
  )
}
