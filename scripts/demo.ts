import { parseArgs } from 'node:util'
import { judge } from './demo/judge.ts'
import { setStage } from './demo/stage.ts'
import type { Variant } from './demo/story.ts'
import { playStory } from './demo/story.ts'
import { timelineTo } from './demo/timeline.ts'

const HELP = `npm run demo -- [--deny | --offline | --restart] [--json]

Plays the whole story unattended, in real processes: relay, host, a headless device, a push service, a scripted agent.
  --deny     the answer is no: the folder is still there afterwards
  --offline  the host's network is cut before the tap and comes back after it
  --restart  the host agent is killed before the tap and started after it
  --json     one JSON object a line
`

const options = readOptions()
if (options.help) {
  process.stdout.write(HELP)
  process.exit(0)
}
const { deny = false, offline = false, restart = false } = options
const variant: Variant = { deny, offline, restart }
const timeline = timelineTo(options.json ?? false, (text) => process.stdout.write(text))
process.exit((await play()) ? 0 : 1)

async function play(): Promise<boolean> {
  const stage = await setStage()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stage.close().then(() => process.exit(130)))
  try {
    const told = await playStory(stage, variant, timeline)
    const problems = judge(stage, variant, told)
    for (const problem of problems) timeline.problem(problem)
    const { state, pushMs, tapToReleaseMs, filesChanged, tests } = told
    timeline.summary({ state, pushMs, tapToReleaseMs, filesChanged, tests })
    return problems.length === 0
  } catch (error) {
    timeline.problem(error instanceof Error ? error.message : String(error))
    return false
  } finally {
    await stage.close()
  }
}

function readOptions() {
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({ options: { deny: flag, offline: flag, restart: flag, json: flag, help: flag } }).values
  } catch (error) {
    process.stderr.write(`usage: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    process.exit(2)
  }
}
