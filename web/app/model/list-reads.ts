import type { Result } from '#protocol/errors.ts'

/**
 * The answers to one question that is asked again and again, while single words come in between. An answer that was asked for before another one that is already taken says
 * nothing any more; and what was heard of while a list was read may be newer than what it says.
 */
export function openListReads() {
  let asked = 0
  let taken = 0
  const running = new Set<Set<string>>()
  return {
    heard(id: string): void {
      for (const ids of running) ids.add(id)
    },
    /** True: the answer is taken, or one that was asked for later. */
    async read<T>(
      ask: () => Promise<Result<T>>,
      take: (value: T, heard: ReadonlySet<string>) => void,
    ): Promise<boolean> {
      asked += 1
      const turn = asked
      const heard = new Set<string>()
      running.add(heard)
      const answer = await ask().finally(() => running.delete(heard))
      if (!answer.ok) return false
      if (turn < taken) return true
      taken = turn
      take(answer.value, heard)
      return true
    },
  }
}
