import { refused } from '#protocol/errors.ts'
import type { Output } from '../output.ts'
import { tellTask } from '../tell-task.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb, Outcome, World } from '../verb.ts'

/** `countersign resume TASK|SESSION`. By a paired device alone: at the host, whoever was paused could let itself ask again. */
export const addResume: AddVerb = (program, run) => {
  program
    .command('resume')
    .description(
      'let a task, a session in a terminal, or the scripts of a project ask again after denials or a report have paused it',
    )
    .argument('<id>', 'a task’s, see: countersign tasks; of all else, see: countersign hosts')
    .option('--json', 'one JSON object a line')
    .action((id: string, _options, command) =>
      run(command, (world, output) =>
        id.startsWith('ses_')
          ? resumeSession(world, output, id)
          : tellTask(world, output, { taskId: id, kind: 'resume' }),
      ),
    )
}

function resumeSession({ home }: World, output: Output, session: string): Promise<Outcome> {
  return asDevice(home, async (device) => {
    const hosts = await device.hosts()
    if (!hosts.ok) return hosts
    const host = hosts.value.find(({ status }) => status?.paused?.some((each) => each.session === session))
    if (!host) return refused('task_not_found', 'No host tells of a paused session of this id.')
    const sent = await device.sendInput({ hostId: host.hostId, taskId: null, kind: 'resume', text: session })
    if (!sent.ok) return sent
    output.fact('sent', { session, input: sent.value.id, kind: 'resume' }, 'Sent: the relay has it for the host.')
    return null
  })
}
