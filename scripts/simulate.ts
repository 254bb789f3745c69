// npm run test:sim [-- --schedules N --seed S]: hosts, devices and a hostile relay over a virtual clock, network and disk, one run a seed. What breaks names its seed;
// `--seed S --schedules 1 --story` tells that run. The last line is `schedules: N, violations: N`; exit 0 only for none.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    story: { type: 'boolean', default: false },
  },
})
const isNumber = (text: string) => /^[1-9]\d{0,8}$/.test(text)
if (!isNumber(values.schedules) || !isNumber(values.seed)) {
  process.stderr.write('--schedules and --seed take whole numbers from 1.\n')
  process.exit(1)
}

const main = join(import.meta.dirname, '../test/simulation/main.ts')
const first = Number(values.seed)
const end = first + Number(values.schedules)
/** Seeds that one worker takes at once: few enough that the last ones end together. */
const portion = Math.max(1, Math.min(250, Math.ceil(Number(values.schedules) / availableParallelism())))
/** Hosts that die at any moment leave behind what they had made: it goes with this folder. */
const scratch = mkdtempSync(join(tmpdir(), 'countersign-simulation-'))
let next = first
let done = 0
let violations = 0

type Line = {
  seed?: number
  violations: { what: string; detail: string }[] | number
  story?: string[]
  schedules?: number
}

/** Resolves with false when a worker ended before it had counted its runs. */
function work(from: number, schedules: number): Promise<boolean> {
  const args = [main, '--from', String(from), '--schedules', String(schedules), ...(values.story ? ['--story'] : [])]
  const worker = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: scratch },
  })
  let counted = false
  createInterface({ input: worker.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line
    if (line.schedules !== undefined && typeof line.violations === 'number') {
      counted = true
      done += line.schedules
      violations += line.violations
    } else if (typeof line.violations === 'object') {
      for (const event of line.story ?? []) process.stdout.write(`${event}\n`)
      for (const { what, detail } of line.violations) process.stdout.write(`seed ${line.seed}: ${what}: ${detail}\n`)
    }
  })
  return new Promise((resolve) => worker.on('close', () => resolve(counted)))
}

async function lane(): Promise<void> {
  while (next < end) {
    const from = next
    next = Math.min(end, from + portion)
    if (!(await work(from, next - from))) throw new Error(`the worker from seed ${from} did not come to its end`)
    if (next < end) process.stderr.write(`${done} of ${end - first} schedules, violations so far: ${violations}\n`)
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, lane)).finally(() =>
  rmSync(scratch, { recursive: true, force: true }),
)
process.stdout.write(`schedules: ${done}, violations: ${violations}\n`)
process.exitCode = violations === 0 && done === end - first ? 0 : 1
