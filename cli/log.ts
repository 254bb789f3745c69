import { pino } from 'pino'

/** One JSON line an event on standard error; standard output belongs to the verb. */
export const stderrLog = () => pino({ base: null }, pino.destination({ fd: 2, sync: true }))
