import './install.ts'
import { parseArgs } from 'node:util'
import type { Random } from './random.ts'

// One worker of a simulation: `main.ts --from SEED --schedules N [--story]`. One JSON line for each run that broke something, and a last one that counts.
const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    schedules: { type: 'string', default: '100' },
    story: { type: 'boolean', default: false },
  },
})

const { runSchedule } = await import('./run-schedule.ts')
const { simulatedTeam } = await import('./team.ts')
const { seeded } = await import('./random.ts')

let random: Random = seeded(0)
let elapsed = () => 0
/** Keys are read by WebCrypto when a host starts: the one thing that leaves the thread. */
let away = 0
const globals = {
  use(next: Random, time: () => number) {
    random = next
    elapsed = time
  },
  async quiet() {
    for (let turns = 0; turns < 2; turns = away > 0 ? 0 : turns + 1)
      await new Promise<void>((resolve) => setImmediate(resolve))
  },
}
// Ids, back-off and the clock that nobody can set belong to the run as well.
Object.defineProperty(globalThis.crypto, 'getRandomValues', {
  value: (bytes: Uint8Array) => {
    random.fill(bytes)
    return bytes
  },
})
const { subtle } = globalThis.crypto
for (const name of ['importKey', 'exportKey', 'digest'] as const) {
  const real = subtle[name].bind(subtle) as (...given: unknown[]) => Promise<unknown>
  Object.defineProperty(subtle, name, {
    value: async (...given: unknown[]) => {
      away += 1
      return real(...given).finally(() => {
        away -= 1
      })
    },
  })
}
Math.random = () => random.next()
Object.defineProperty(performance, 'now', { value: () => elapsed() })

const broken: string[] = []
process.on(
  'unhandledRejection',
  (error) => void broken.push(error instanceof Error ? (error.stack ?? '') : String(error)),
)

const world = await simulatedTeam()
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
let violations = 0
let executed = 0
let lives = 0
const from = Number(values.from)
const until = from + Number(values.schedules)
for (let seed = from; seed < until; seed += 1) {
  const run = await runSchedule(seed, world, globals)
  for (const what of broken.splice(0)) run.violations.push({ what: 'broken', detail: what })
  violations += run.violations.length
  executed += run.executed
  lives += run.lives
  if (run.violations.length > 0 || values.story)
    say({ seed, violations: run.violations, trace: run.trace, ...(values.story ? { story: run.story } : {}) })
}
say({ schedules: until - from, violations, executed, lives })
