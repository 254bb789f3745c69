/** Trusted Types are enforced (a script's address is as dangerous as a script) and in no standard that TypeScript knows. */
type TrustedTypes = {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

const WORKER = '/service-worker.js'

/** Starts the worker, or finds it started. Null: this browser has none, or none that is a module; the app works without. The one policy that it makes lets through the one address of our own worker. */
export async function registerWorker(): Promise<ServiceWorkerRegistration | null> {
  if (!('serviceWorker' in navigator)) return null
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('countersign-worker', { createScriptURL: () => WORKER })
  const options = { scope: '/', type: 'module', updateViaCache: 'none' } as const
  return navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER, options).catch(() => null)
}
