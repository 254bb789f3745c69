import type { Clock } from '#link/clock.ts'
import { type SandboxSummary, statusLine } from '../sandbox/status.ts'

/** How often devices may hear anew what the sandboxes use. */
const everyMs = 5_000

/** While work goes on, tells devices what the sandboxes use whenever the line that they show would read differently; once more when it is over. */
export function createUsageTeller(clock: Clock, summary: () => SandboxSummary, publish: () => void) {
  let shown = statusLine(summary())
  let cancel: (() => void) | null = null

  function look(isLast: boolean): void {
    const line = statusLine(summary())
    if (line !== shown) publish()
    shown = line
    cancel = isLast ? null : clock.after(everyMs, () => look(false))
  }
  return {
    setBusy(busy: boolean) {
      if (busy && cancel === null) cancel = clock.after(everyMs, () => look(false))
      else if (!busy && cancel !== null) {
        cancel()
        look(true)
      }
    },
    close() {
      cancel?.()
      cancel = null
    },
  }
}
