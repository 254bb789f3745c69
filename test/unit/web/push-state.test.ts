import { afterEach, expect, test, vi } from 'vitest'
import { onPushPermission } from '#web/app/model/push-state.ts'

afterEach(() => vi.unstubAllGlobals())

/** A browser that answers what is allowed when the test says so. */
function browser() {
  const [document, status] = [new EventTarget(), new EventTarget()]
  const asked = Promise.withResolvers<EventTarget>()
  vi.stubGlobal('document', document)
  vi.stubGlobal('navigator', { permissions: { query: () => asked.promise } })
  return { document, status, asked }
}
const seen = () => new Event('visibilitychange')
const changed = () => new Event('change')

test('a changed permission is heard, from the browser and from who comes back from its settings', async () => {
  const { document, status, asked } = browser()
  const heard = vi.fn()
  const stop = onPushPermission(heard)
  asked.resolve(status)
  await asked.promise
  document.dispatchEvent(seen())
  status.dispatchEvent(changed())
  expect(heard).toHaveBeenCalledTimes(2)
  stop()
  document.dispatchEvent(seen())
  status.dispatchEvent(changed())
  expect(heard).toHaveBeenCalledTimes(2)
})

test('who has stopped listening before the browser answers hears nothing of it', async () => {
  const { status, asked } = browser()
  const heard = vi.fn()
  onPushPermission(heard)()
  asked.resolve(status)
  await asked.promise
  status.dispatchEvent(changed())
  expect(heard).not.toHaveBeenCalled()
})

test('a browser that does not tell is no failure', async () => {
  const { document, asked } = browser()
  const heard = vi.fn()
  onPushPermission(heard)
  asked.reject(new Error('not known here'))
  await asked.promise.catch(() => undefined)
  document.dispatchEvent(seen())
  expect(heard).toHaveBeenCalledOnce()
})
