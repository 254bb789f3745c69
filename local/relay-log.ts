import type { Log } from '#functions/ports/log.ts'

/** A log as pino has it: fields first. */
export type RelayLog = { info(fields: object, message: string): void; error(fields: object, message: string): void }

/** The relay's log port on the log of the program that it runs in. */
export const relayLog = (log: RelayLog): Log => ({
  info: (message, fields) => log.info(fields, message),
  error: (message, fields, error) =>
    log.error({ ...fields, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, message),
})
