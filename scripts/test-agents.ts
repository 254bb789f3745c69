// npm run test:agents [-- NAME]: every real agent that agents.ts knows, installed from npm into a cache folder, through the same tests as those that `npm test` runs.
// The last line is `agents: N, passed: N`.
import { join } from 'node:path'
import { startVitest } from 'vitest/node'
import { ensureSystemPackages } from './system-packages.ts'

ensureSystemPackages()
process.env.COUNTERSIGN_TEST_AGENTS = 'all'
const [name] = process.argv.slice(2)
const root = join(import.meta.dirname, '..')
const vitest = await startVitest(['test/e2e/agents.test.ts', 'test/e2e/agent-hooks.test.ts'], {
  root,
  run: true,
  watch: false,
  reporters: ['verbose'],
  ...(name === undefined ? {} : { testNamePattern: `^${name} ` }),
})
/** Each agent is a block of tests of its own. */
const blocks = vitest.state.getTestModules().flatMap((module) => [...module.children.suites()])
/** One that did not come so far as its tests has failed: only its tests were skipped. */
const ran = blocks.filter(
  (block) => !block.ok() || [...block.children.allTests()].some((test) => test.result().state !== 'skipped'),
)
const passed = ran.filter((block) => block.ok())
await vitest.close()
process.stdout.write(`\nagents: ${ran.length}, passed: ${passed.length}\n`, () =>
  process.exit(ran.length > 0 && passed.length === ran.length ? 0 : 1),
)
