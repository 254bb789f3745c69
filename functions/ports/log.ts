export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** One JSON line a request: codes, ids, durations. Never a body, a proof, a text. */
export type Log = {
  info(message: string, fields: LogFields): void
  /** An outage or a bug; `error` may carry a stack, which goes to the log and to nobody else. */
  error(message: string, fields: LogFields, error: unknown): void
}
