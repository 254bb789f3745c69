/** Takes the newest release: asks for it, lets the worker that waits take over, and loads the page anew. */
export async function renewApp(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration()
  await registration?.update().catch(() => undefined)
  const worker = registration?.waiting ?? registration?.installing
  if (!worker) return window.location.reload()
  navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), { once: true })
  if (worker.state === 'installed') worker.postMessage('update')
  worker.addEventListener('statechange', () => worker.state === 'installed' && worker.postMessage('update'))
}

/** Whether there is a newer release is asked when the page is seen again; the browser by itself asks once a day. */
export async function lookForRelease(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration()
  await registration?.update().catch(() => undefined)
}
