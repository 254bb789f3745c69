import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJournal } from '#host-agent/journal/journal-reader.ts'
import { demo } from '#test/support/agents/demo-project.ts'
import type { Stage } from './stage.ts'
import type { Told, Variant } from './story.ts'

/** Judges what truly happened: on the file system, by the agent's own log, the host's journal and its receipts. Returns what is wrong. */
export function judge(stage: Stage, variant: Variant, told: Told): string[] {
  const { project } = stage
  const git = (...args: string[]) => spawnSync('git', args, { cwd: project, encoding: 'utf8' }).stdout
  const changed = git('status', '--porcelain', '-z', '--untracked-files=all').split('\0').filter(Boolean)
  const isThere = existsSync(join(project, demo.deleted))
  const isWhole = git('status', '--porcelain', '--', demo.deleted) === ''
  const tests = spawnSync(process.execPath, ['--test'], {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  })
  const answers = agentAnswers(stage)
  const outcomes = told.receipts.filter(({ approval }) => approval === told.approvalId).map(({ outcome }) => outcome)
  const happened = (type: string, state?: string) =>
    told.events.some(
      (event) => event.type === type && (state === undefined || ('state' in event && event.state === state)),
    )

  const facts: [boolean, string][] = [
    [told.state === 'completed', `the task ended ${told.state}`],
    [happened('state', 'working'), 'the task was never working'],
    [happened('plan'), 'there was no plan'],
    [happened('approval', 'pending'), 'nothing was asked'],
    [told.pushMs >= 0 && told.tapToReleaseMs >= 0, 'no push, or no receipt, in the right order'],
    [
      variant.deny ? isThere && isWhole : !isThere,
      variant.deny ? 'the folder is not as it was' : 'the folder is still there',
    ],
    [demo.edited.every((path) => changed.some((line) => line.endsWith(path))), 'the files were not edited'],
    [told.filesChanged === changed.length, `${told.filesChanged} files were shown as changed, ${changed.length} are`],
    [tests.status === 0, 'the repository’s tests fail'],
    [
      told.tests.passed > 0 && told.tests.failed === 0,
      `the tests were shown as ${told.tests.passed} passed, ${told.tests.failed} failed`,
    ],
    [
      answers.length === 1 && answers[0] === (variant.deny ? 'reject' : 'allow'),
      `the agent was answered ${answers.join(', ') || 'nothing'}`,
    ],
    [
      same(outcomes, variant.deny ? ['denied'] : ['released', 'executed']),
      `the receipts say ${outcomes.join(', ') || 'nothing'}`,
    ],
    [
      consumed(stage, told.approvalId) === 1,
      'the host’s journal does not say exactly once that the decision was consumed',
    ],
  ]
  return facts.filter(([isSo]) => !isSo).map(([, otherwise]) => otherwise)
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((item, index) => item === b[index])

/** The options that the agent was given back, in order. */
function agentAnswers({ agentLog }: Stage): string[] {
  const lines = readFileSync(agentLog, 'utf8').trim().split('\n')
  return lines.flatMap((line) => {
    const { answered } = JSON.parse(line) as { answered?: { outcome: string; optionId?: string } }
    return answered ? [answered.optionId ?? answered.outcome] : []
  })
}

function consumed({ hostFolder }: Stage, approvalId: string): number {
  const journal = readJournal(readFileSync(join(hostFolder, 'journal.jsonl')))
  if (!journal.ok) return -1
  return journal.value.lines.filter(({ entry }) => entry.type === 'consume' && entry.approvalId === approvalId).length
}
