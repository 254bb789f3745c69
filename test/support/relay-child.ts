// The program of `startRelayProcess`: a relay that its parent can ask things of, and kill.
import { type RelayOptions, startRelay } from '#local/main.ts'

type Order = { id: number; verb: 'sweep' | 'advance' | 'stop' | 'enginePid'; ms?: number }

const options = JSON.parse(process.argv[2] ?? '{}') as Omit<RelayOptions, 'log' | 'clock'>
let ahead = 0
const say = (value: unknown) => process.send?.(value)
const log = (fields: object, message: string) => say({ line: { message, ...fields } })
const started = await startRelay({
  ...options,
  log: { info: log, error: log },
  clock: { now: () => Date.now() + ahead },
})
if (!started.ok) {
  say({ refused: started })
  process.exit(3)
}
const { url, origin, claimPath, engineUrl, enginePid, sweep, close } = started.value
say({ ready: { url, origin, claimPath, engineUrl } })

process.on('message', async ({ id, verb, ms = 0 }: Order) => {
  if (verb === 'advance') ahead += ms
  if (verb === 'sweep') await sweep()
  if (verb === 'stop') await close()
  say({ done: id, value: verb === 'enginePid' ? enginePid() : null })
  if (verb === 'stop') process.exit(0)
})
