/** The time, in epoch milliseconds. A test moves it by hand. */
export type Clock = { now(): number }

/** One line of the host agent's log: codes, ids and durations; never an operation's text, a credential or a body. */
export type Log = (event: string, fields?: Readonly<Record<string, string | number | boolean | null>>) => void

export const systemClock: Clock = { now: () => Date.now() }
export const silent: Log = () => {}
