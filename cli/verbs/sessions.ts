import { visible } from '#client/display.ts'
import { type HostSummary, listHosts } from '#client/list-hosts.ts'
import type { Device } from '#client/open-device.ts'
import { isErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import type { Listing, TerminalSession } from '#protocol/statements/listing.ts'
import { chooseHost } from '../choose-host.ts'
import { asDevice } from '../terminal-device.ts'
import type { AddVerb } from '../verb.ts'

/** An agent has to be started first, and tried out where nothing holds it. Milliseconds. */
const answerMs = 150_000
const lookMs = 500

/** `countersign sessions`: an agent's sessions in a project, to go on in by `task --session ID`, and those in the host's terminals. */
export const addSessions: AddVerb = (program, run) => {
  program
    .command('sessions')
    .description('show an agent’s sessions in a project, to go on in with task --session, and those in terminals')
    .option('--host <host>', 'id or name of the host; needed when the team has more than one')
    .option('--agent <name>', 'which of the host’s agents; default: its first')
    .option('--project <project>', 'path or name of one of the host’s projects; default: its first')
    .option('--json', 'one JSON object a line')
    .action(({ host: wanted, ...list }: { host?: string; agent?: string; project?: string; json?: boolean }, command) =>
      run(command, ({ home }, output) =>
        asDevice(home, async (device) => {
          const host = await chooseHost(device, wanted)
          if (!host.ok) return host
          for (const each of host.value.status?.terminals ?? []) output.fact('terminal', each, inWords(each))
          if (!host.value.online) output.hint('The host is away: it answers when it is back.')
          const { agent, project } = list
          const listing = await askFor(device, host.value, {
            ...(agent === undefined ? {} : { agent }),
            ...(project === undefined ? {} : { project }),
          })
          if (!listing.ok) return listing
          for (const { id, title, updatedAt } of listing.value.sessions)
            output.fact(
              'session',
              { session: id, agent: listing.value.agent, title: title ?? null, updatedAt: updatedAt ?? null },
              `${visible(id)}  ${updatedAt === undefined ? '' : new Date(updatedAt).toISOString()}  ${visible(title ?? '')}`,
            )
          if (listing.value.sessions.length === 0) output.hint('The agent has no sessions in this project’s folder.')
          if (listing.value.isCut) output.hint('There are more; these are the newest.')
          return null
        }),
      ),
    )
}

async function askFor(
  device: Device,
  { hostId }: HostSummary,
  list: { agent?: string; project?: string },
): Promise<Result<Listing>> {
  const sent = await device.sendInput({ hostId, taskId: null, kind: 'list-sessions', list })
  if (!sent.ok) return sent
  for (const until = Date.now() + answerMs; Date.now() < until; ) {
    const hosts = await listHosts(device.context)
    if (!hosts.ok) return hosts
    const host = hosts.value.find((each) => each.hostId === hostId)
    const listing = host?.status?.listings?.find(({ input }) => input === sent.value.id)
    if (listing?.code !== undefined) return refused(isErrorCode(listing.code) ? listing.code : 'internal')
    if (listing) return ok(listing)
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
  return refused('agent_silent')
}

const inWords = ({ agent, project, since, asking, asked }: TerminalSession): string =>
  `in a terminal  ${visible(agent)}  ${visible(project)}  since ${new Date(since).toISOString()}${asking > 0 ? `  ASKS ${asking}` : ''}${asked === undefined ? '' : `  ${visible(asked)}`}`
