import { useState } from 'preact/hooks'

/**
 * Runs what a tap began, one at a time. `busy` while it runs; `broken` when it threw (a full or closed storage, a bug): then it may be tried again, and the button is not dead.
 */
export function useBusy() {
  const [busy, setBusy] = useState(false)
  const [broken, setBroken] = useState(false)
  const run = async (act: () => Promise<unknown>): Promise<void> => {
    setBusy(true)
    setBroken(false)
    try {
      await act()
    } catch (error) {
      console.error(error)
      setBroken(true)
    } finally {
      setBusy(false)
    }
  }
  return { busy, broken, run }
}
