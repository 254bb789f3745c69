import { visible } from '#client/display.ts'
import { connectControl } from '#host-agent/control/control-client.ts'
import type { RuleMemory } from '#host-agent/journal/memory.ts'
import { refused } from '#protocol/errors.ts'
import type { Output } from '../output.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign rules [--revoke ID]`: on a host, what people let run without asking, and the end of it. */
export const addRules: AddVerb = (program, run) => {
  program
    .command('rules')
    .description('on a host: what people have let run without being asked again; --revoke ends one')
    .option('--revoke <id>', 'id of the rule: that of the approval it was made of')
    .option('--json', 'one JSON object a line')
    .action(({ revoke }: { revoke?: string }, command) =>
      run(command, async (world, output) => {
        const control = await connectControl(world.home.root)
        if (!control.ok) return control
        const { send, events, close } = control.value
        send(revoke === undefined ? { verb: 'rules' } : { verb: 'revoke-rule', id: revoke.slice(0, 40) })
        for await (const step of events) {
          if (!answers.has(step.event)) continue
          close()
          if (step.event === 'unknown-rule') return refused('approval_not_found', 'No rule of this id stands.')
          if (step.event === 'revoked') output.fact('revoked', { rule: revoke }, 'It asks again from now on.')
          else show(output, step.rules as RuleMemory[])
          return null
        }
        return refused('agent_failed', 'The host agent ended.')
      }),
    )
}

const answers = new Set(['rules', 'revoked', 'unknown-rule'])

function show(output: Output, rules: readonly RuleMemory[]): void {
  for (const { id, taskId, argv, used, uses, expiresAt, from, device } of rules) {
    const until = new Date(expiresAt).toISOString()
    const words = argv.map((word) => `[${visible(word)}]`).join(' ')
    output.fact(
      'rule',
      { rule: id, task: taskId, argv, cwd: from.cwd.path, used, uses, expiresAt, device },
      `${id}  ${words} in ${visible(from.cwd.path)}  ${used} of ${uses} times, until ${until}${taskId === null ? '' : `, in ${taskId}`}`,
    )
  }
  if (rules.length === 0) output.hint('No rule stands: everything that the policy does not allow is asked.')
}
