import { pino } from 'pino'

/** One JSON line an event on standard error; standard output belongs to the verb. */
export const stderrLog = (env: NodeJS.ProcessEnv) =>
  pino({ base: null, level: levelOf(env.COUNTERSIGN_LOG) }, pino.destination({ fd: 2, sync: true }))

/** On a terminal only what is wrong, as people read there; into a file or a pipe everything. `COUNTERSIGN_LOG` says otherwise. */
const levelOf = (wanted: string | undefined): string =>
  wanted && /^(debug|info|warn|error|silent)$/.test(wanted) ? wanted : process.stderr.isTTY ? 'warn' : 'info'
