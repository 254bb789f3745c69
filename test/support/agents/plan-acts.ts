import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type * as acp from '@agentclientprotocol/sdk'
import { seeded } from '#test/simulation/random.ts'
import { type Deviation, deviate } from '#test/support/plan/deviations.ts'
import { block, wordsOf } from '#test/support/plan/project.ts'
import type { Act, Step } from './acts.ts'

/** Asks for one thing as agents do, does it when it may, and tells of it. */
async function asks({ cwd, permit, update }: Act, what: Deviation, toolCallId: string): Promise<void> {
  const path = what.does === 'run' ? '' : join(cwd, what.path)
  const content: acp.ToolCallContent[] = what.does === 'write' ? [{ type: 'diff', path, newText: changed }] : []
  const kind = await permit({
    toolCallId,
    title: what.does === 'run' ? what.line : `${what.does} ${what.path}`,
    kind: what.does === 'run' ? 'execute' : what.does === 'write' ? 'edit' : 'delete',
    status: 'pending',
    ...(what.does === 'run' ? { rawInput: { command: what.line } } : { locations: [{ path }], content }),
  })
  if (kind === 'cancelled') return
  const isDone = kind === 'allow_once' && does(cwd, what)
  await update({ sessionUpdate: 'tool_call_update', toolCallId, status: isDone ? 'completed' : 'failed' })
}

export const changed = '// changed\n'

/** Does it, as the file system lets it. */
function does(cwd: string, what: Deviation): boolean {
  try {
    if (what.does === 'run') return spawnSync('/bin/sh', ['-c', what.line], { cwd, timeout: 10_000 }).status === 0
    const path = join(cwd, what.path)
    if (what.does === 'delete') rmSync(path, { recursive: true })
    else {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, changed)
    }
    return true
  } catch {
    return false
  }
}

const planned: readonly Deviation[] = [
  ...[...block.modify, ...block.create].map((path) => ({ does: 'write' as const, path })),
  ...block.delete.map((path) => ({ does: 'delete' as const, path })),
  ...block.run.map((line) => ({ does: 'run' as const, line })),
]

/** While it plans: tries to begin, which nobody may let it, and says its plan. Afterwards: what it is told to do with it. */
const plans =
  (work: (act: Act) => Promise<void>): Step =>
  async (act) => {
    if (/Carry it out now|has opened for you/.test(act.prompt)) return work(act)
    if (act.prompt.includes('[[early]]')) for (const [n, what] of planned.entries()) await asks(act, what, `early-${n}`)
    const isShort = /wants your plan changed: .*(no deletion|Leave this out.*legacy)/.test(act.prompt)
    if (act.prompt.includes('[[mumble]]')) await act.say('I would change a few files.')
    else await act.say(wordsOf(isShort ? { ...block, delete: [] } : block))
  }

/** A hundred deviations of a seed, which lies in the project. */
const deviations = (seed: number): Deviation[] => {
  const random = seeded(seed)
  return Array.from({ length: 100 }, () => deviate(random))
}

const byAsking = async (act: Act) => {
  for (const [n, what] of planned.entries()) await asks(act, what, `planned-${n}`)
}

/** Agents that plan first. `planned` keeps to it; the others do a hundred other things: `-asking` asks for each, `-unasked` does them. */
export const planActs: Readonly<Record<string, readonly Step[]>> = {
  'planned-mumbling': [({ say }) => say('I would change a few files.')],
  planned: [plans(byAsking)],
  'planned-asking': [
    plans(async (act) => {
      for (const [n, what] of deviations(seedOf(act)).entries()) await asks(act, what, `deviation-${n}`)
    }),
  ],
  'planned-unasked': [
    plans(async (act) => {
      for (const what of deviations(seedOf(act))) does(act.cwd, what)
      for (const what of planned) does(act.cwd, what)
    }),
  ],
  'planned-hasty': [
    async (act) => {
      for (const what of [...planned, ...deviations(seedOf(act))]) if (what.does !== 'run') does(act.cwd, what)
      await act.say(wordsOf(block))
    },
  ],
  'planned-one-more': [plans((act) => asks(act, { does: 'write', path: 'src/other.js' }, 'one-more'))],
  'planned-once-beside': [
    plans(async (act) => {
      does(act.cwd, { does: 'write', path: 'src/a.js' })
      does(act.cwd, { does: 'write', path: 'src/other.js' })
      const told = { sessionUpdate: 'tool_call', toolCallId: 'beside', title: 'Edit', kind: 'edit' } as const
      await act.update({ ...told, status: 'completed' })
      // It does not hear that it is told to stop, either.
      await new Promise(() => setInterval(() => {}, 60_000))
    }),
  ],
}

const seedOf = ({ cwd }: Act) => Number(readFileSync(join(cwd, 'seed.txt'), 'utf8'))
