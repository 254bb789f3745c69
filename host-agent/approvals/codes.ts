import { randomInt } from 'node:crypto'

/** Wrong codes that an approval takes before it is rejected. */
export const codeTries = 3

/** The digits that somebody at the host reads to somebody with a device. Kept in memory alone: after a restart there are new ones. */
export type ApprovalCodes = {
  /** The code of this approval, made when it is first asked for. */
  of(approvalId: string): string
  /** Notes a wrong one. Answers whether it was the last that is taken. */
  wrong(approvalId: string): boolean
  forget(approvalId: string): void
}

export function createCodes(): ApprovalCodes {
  const codes = new Map<string, { code: string; wrong: number }>()
  const at = (id: string) => {
    const known = codes.get(id) ?? { code: String(randomInt(1_000_000)).padStart(6, '0'), wrong: 0 }
    codes.set(id, known)
    return known
  }
  return {
    of: (id) => at(id).code,
    wrong(id) {
      const known = at(id)
      known.wrong += 1
      return known.wrong >= codeTries
    },
    forget: (id) => void codes.delete(id),
  }
}
