/** Trusted Types are enforced (a script's address is as dangerous as a script) and in no standard that TypeScript knows. */
type TrustedTypes = {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

const WORKER = '/service-worker.js'

/** The one policy that this page makes: it lets through the one address of our own worker. */
export async function registerWorker(): Promise<ServiceWorkerRegistration | null> {
  if (!('serviceWorker' in navigator)) return null
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('countersign-worker', { createScriptURL: () => WORKER })
  return navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER, {
    scope: '/',
    type: 'module',
    updateViaCache: 'none',
  })
}
