import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Option } from 'commander'
import { type AttachedFile, sealAttachments } from '#client/attach.ts'
import type { HostSummary } from '#client/list-hosts.ts'
import { pictureKind } from '#host-agent/artifacts/picture-kind.ts'
import { chooseRoute } from '#protocol/choose-route.ts'
import type { Result } from '#protocol/errors.ts'
import { ok, refused } from '#protocol/errors.ts'
import { limits } from '#protocol/limits.ts'
import { attachmentsMost } from '#protocol/statements/attachment.ts'
import type { Chosen } from '#protocol/statements/choices.ts'
import type { Route } from '#protocol/statements/route.ts'
import { blobOverhead } from '#trust/blob.ts'
import { chooseHost } from '../choose-host.ts'
import { followTask } from '../follow-task.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

type Options = {
  host?: string
  project?: string
  agent?: string
  route?: string
  plan?: boolean
  inPlace?: boolean
  continue?: string
  session?: string
  attach?: string[]
  model?: string
  mode?: string
  effort?: string
  follow?: boolean
}

/** `countersign task`: asks a host for a piece of work; with `--follow` its log until it ends, and success only for `completed`. */
export const addTask: AddVerb = (program, run) => {
  program
    .command('task')
    .description('ask a host for a piece of work')
    .argument('<text...>', 'what to do, in your own words (with the command agent: the command line)')
    .option('--host <host>', 'id or name of the host; needed when the team has more than one')
    .option('--project <project>', 'path or name of one of the host’s projects; default: its first')
    .option('--agent <name>', 'which of the host’s agents; default: as its routes say, else its first')
    .addOption(
      new Option('--route <name>', 'which of the host’s routes; auto: the first that fits the task').conflicts('agent'),
    )
    .option('--plan', 'see and approve its plan before it changes anything')
    .option('--in-place', 'work in the project’s folder; else an agent works on a branch, in a folder of its own')
    .option('--continue <task>', 'go on where this ended task stopped: its agent’s session, its project, its branch')
    .addOption(
      new Option(
        '--session <id>',
        'go on in this session of the agent’s (countersign sessions lists them), in the project’s folder',
      ).conflicts('continue'),
    )
    .option('--attach <file>', 'a picture that belongs to the text; may be given more than once', collect)
    .option('--model <name>', 'which of the agent’s models; default: its own choice')
    .option('--mode <name>', 'the mode in which it asks (the default), or its plan mode; another one is refused')
    .option('--effort <name>', 'how hard it thinks, where it can be told')
    .option('--follow', 'show what happens until the task ends; exit code 0 only when it is completed')
    .option('--json', 'one JSON object a line')
    .action((words: string[], options: Options, command) =>
      run(command, async (world, output) => {
        const text = words.join(' ')
        if (text.trim() === '') return refused('usage', 'the text is empty')
        return asDevice(world.home, async (device) => {
          const host = await chooseHost(device, options.host)
          if (!host.ok) return host
          // A command line is meant for the project as it is, with what is installed and built there.
          const routed = routeOf(host.value, text, options)
          if (!routed.ok) return routed
          const wanted = options.agent ?? routed.value?.agent
          if (routed.value)
            output.fact(
              'route',
              routed.value,
              `${routed.value.route}: ${takerOf(routed.value)}, ${routed.value.reason}`,
            )
          const agent = wanted ?? host.value.status?.defaultAgent ?? 'command'
          const isAgent = agent !== 'command'
          const attachments = await readPictures(options.attach ?? [])
          if (!attachments.ok) return attachments
          const submitted = await device.submitTask({
            hostId: host.value.hostId,
            text,
            ...(options.project === undefined ? {} : { project: options.project }),
            ...(wanted === undefined ? {} : { agent: wanted }),
            attachments: await sealAttachments(device.context.crypto, attachments.value),
            ...(options.plan ? { planFirst: true } : {}),
            ...(options.continue === undefined ? {} : { continues: options.continue }),
            ...(options.session === undefined ? {} : { session: options.session }),
            ...chosenBy({ ...options, model: options.model ?? routed.value?.model }),
            ...(routed.value ? { route: routed.value.route } : {}),
            ...(options.inPlace || !isAgent || options.session !== undefined ? {} : { place: 'worktree' as const }),
          })
          if (!submitted.ok) return submitted
          const { id, hostId, state } = submitted.value.head
          output.fact('task', { task: id, host: hostId, state }, `${id} ${state}`)
          return options.follow ? followTask(device, world, output, id) : null
        })
      }),
    )
}

const collect = (value: string, before: string[] = []) => [...before, value]

/** The files as pictures, known by their bytes. Errors: `attachment_invalid`. */
async function readPictures(paths: readonly string[]): Promise<Result<AttachedFile[]>> {
  const files: AttachedFile[] = []
  for (const path of paths) {
    const content = await readFile(path).catch(() => null)
    const mime = content && pictureKind(content)
    if (!content || !mime || content.length > limits.blobBytes - blobOverhead || files.length >= attachmentsMost)
      return refused('attachment_invalid', path)
    files.push({ name: basename(path), mime, content })
  }
  return ok(files)
}

function chosenBy({ model, mode, effort }: { [what in keyof Chosen]?: string | undefined }): { choose?: Chosen } {
  if (model === undefined && mode === undefined && effort === undefined) return {}
  const by = { model, mode, effort }
  return { choose: Object.fromEntries(Object.entries(by).filter(([, id]) => id !== undefined)) }
}

type Routed = { route: string; agent: string; model?: string; reason: string }

const takerOf = ({ agent, model }: Pick<Routed, 'agent' | 'model'>) =>
  model === undefined ? agent : `${agent}, ${model}`

const routedBy = ({ name, agent, model }: Route, reason: string): Routed => ({
  route: name,
  agent,
  ...(model === undefined ? {} : { model }),
  reason,
})

/** The agent, and its model, that a route gives the task to, and why; null: none was asked for, or none fits. */
function routeOf({ status }: HostSummary, text: string, options: Options): Result<Routed | null> {
  const routes = status?.routes ?? []
  if (options.agent !== undefined) return ok(null)
  if (options.route !== undefined && options.route !== 'auto') {
    const named = routes.find(({ name }) => name === options.route)
    if (named) return ok(routedBy(named, 'chosen by its name'))
    return refused('route_unknown', `There are: ${routes.map(({ name }) => name).join(', ') || 'none'}`)
  }
  const projects = status?.projects ?? []
  const project = projects.find(({ name, path }) => [name, path].includes(options.project ?? '')) ?? projects[0]
  const chosen = chooseRoute(routes, { text, project: project?.name ?? null })
  return ok(chosen && routedBy(chosen.route, `${chosen.intent}, ${chosen.words} words`))
}
