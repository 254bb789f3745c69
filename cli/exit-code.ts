import { constants } from 'node:os'

/** How a shell would say that a program has ended: its own code, or 128 and the number of the signal that ended it. 1 where it never ran. */
export const exitCodeOf = ({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): number =>
  code ?? (signal === null ? 1 : 128 + constants.signals[signal])
