import { type ErrorCode, ok, type Result } from '#protocol/errors.ts'

/** `detail` names the file, and the line where it is known. */
export type FileProblem = { code: ErrorCode; detail: string }

/**
 * What of the host's files is read at its start. A mistake in one does not keep a host that has a team (`mayHalt`) from starting: whoever is away would see only that it is not
 * there. It stands on `instead`, does nothing, and its devices read why. Without a team the first mistake is the answer.
 */
export function readFiles(mayHalt: boolean) {
  let problem: FileProblem | null = null
  return {
    async take<T>(loaded: Result<T>, instead: () => T | Promise<T>): Promise<Result<T>> {
      if (loaded.ok || !mayHalt) return loaded
      problem ??= { code: loaded.code, detail: loaded.detail ?? '' }
      return ok(await instead())
    },
    problem: () => problem,
  }
}
