import { describe } from 'vitest'
import { has, type SystemNeed } from '../../scripts/system-packages.ts'

/**
 * A describe block that needs commands of the system. Where one is missing, its tests are skipped, and the block's name
 * says what is missing: `npm test` lists it at its end. Start nothing in the block itself, only in its hooks and tests:
 * the block runs to be counted also when it is skipped.
 */
export function suite(name: string, { needs }: { needs: readonly SystemNeed[] }, define: () => void): void {
  const missing = needs.filter((need) => !has(need))
  const title = missing.length === 0 ? name : `${name} (needs ${missing.join(', ')})`
  describe.skipIf(missing.length > 0)(title, define)
}
