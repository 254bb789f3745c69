import { expect, test, vi } from 'vitest'
import { registerWorker } from '../../../web/app/register-worker.ts'

test('a browser that takes no module for a worker has none, and the app goes on', async () => {
  const register = vi.fn(async () => {
    throw new TypeError('no modules here')
  })
  vi.stubGlobal('navigator', { serviceWorker: { register } })
  expect(await registerWorker()).toBeNull()
  expect(register).toHaveBeenCalledWith('/service-worker.js', { scope: '/', type: 'module', updateViaCache: 'none' })
  vi.unstubAllGlobals()
})
