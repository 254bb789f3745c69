/** One line of the host agent's log: codes, ids and durations; never an operation's text, a credential or a body. */
export type Log = (event: string, fields?: Readonly<Record<string, string | number | boolean | null>>) => void

export const silent: Log = () => {}
