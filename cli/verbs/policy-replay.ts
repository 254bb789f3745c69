import { Option } from 'commander'
import { visible } from '#client/display.ts'
import { type Replayed, replayPolicy } from '#host-agent/policy/replay-policy.ts'
import type { AskedTerms } from '#host-agent/policy/terms.ts'
import { auditChain } from '../audit-chain.ts'
import { readDuration } from '../duration.ts'
import { policyFile, policyOption } from '../policy-file.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign policy replay`: what a changed file would have answered otherwise. */
export const addPolicyReplay: AddVerb = (policy, run) => {
  policy
    .command('replay')
    .description('ask this file again about what was asked before, and list every answer that would change')
    .option(...policyOption)
    .addOption(
      new Option('--since <duration>', 'how far back: 90m, 12h, 30d, 8w')
        .argParser(readDuration)
        .default(readDuration('30d'), '30d'),
    )
    .option('--json', 'one JSON object a line')
    .action((options: { policy?: string; since: number }, command) =>
      run(command, async ({ home }, output) => {
        const read = await policyFile(home, options.policy)
        if (!read.ok) return read
        const chain = auditChain(home)
        if (!chain.ok) return chain
        const { changed, looked, unknown } = await replayPolicy(
          read.value.policy,
          chain.path,
          Date.now() - options.since,
        )
        for (const { at, taskId, what, agent, was, now } of changed)
          output.fact(
            'changed',
            { at, task: taskId, agent, operation: what, was, now },
            `${new Date(at).toISOString()}  ${words(was)} → ${words(now)}  ${visible(what)}`,
          )
        output.fact(
          'summary',
          { looked, changed: changed.length, unknown },
          `${looked} operations, ${changed.length} would be answered otherwise${unknown > 0 ? `, ${unknown} are of an earlier version and can’t be replayed` : ''}`,
        )
        return null
      }),
    )
}

const words = ({ verdict, rule, tier, terms }: Replayed['was']): string =>
  [`${verdict} (${rule === null ? 'no rule' : `rule ${rule}`})`, `tier ${tier}`, ...(terms ? [asks(terms)] : [])].join(
    ', ',
  )

/** Of whom and how: only what says something. */
const asks = ({ gesture, persons = 1, groups = [], notRequester, once, escalate = [] }: AskedTerms): string =>
  [
    gesture ?? 'tap',
    `${persons} ${persons === 1 ? 'person' : 'persons'}`,
    ...groups,
    ...(notRequester ? ['not who asked'] : []),
    ...(once ? ['each time'] : []),
    ...escalate.map(({ to, afterMinutes }) => `${to} after ${afterMinutes} min`),
  ].join(', ')
