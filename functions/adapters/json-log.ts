import type { Log } from '../ports/log.ts'

/** One JSON line each, to what CloudWatch or a terminal reads. */
export function jsonLog(write: (line: string) => void): Log {
  const line = (level: string, message: string, fields: object) =>
    write(JSON.stringify({ level, time: Date.now(), message, ...fields }))
  return {
    info: (message, fields) => line('info', message, fields),
    error: (message, fields, error) =>
      line('error', message, {
        ...fields,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  }
}
