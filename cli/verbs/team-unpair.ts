import { connectControl } from '#host-agent/control/control-client.ts'
import { openTeamPin } from '#host-agent/team/team-pin.ts'
import { type ErrorCode, ok, type Result, refused } from '#protocol/errors.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import type { AddVerb } from '../verb.ts'

type Wish = { kid: string; undo: boolean }

/** `countersign team unpair ID [--undo]`: this host takes nothing more from a device, at once, whatever the trust log says and the relay withholds. */
export const addTeamUnpair: AddVerb = (program, run) => {
  program
    .command('unpair')
    .description('on a host: take nothing more from a device, at once, whatever the relay withholds')
    .argument('<id>', 'its id, as countersign team show names it')
    .option('--undo', 'let it decide again as far as the trust log lets it')
    .option('--json', 'one JSON object a line')
    .action((kid: string, { undo = false }: { undo?: boolean }, command) =>
      run(command, async ({ home }, output) => {
        const wish = { kid, undo }
        const control = await connectControl(home.root)
        const done = control.ok ? await askHost(control.value, wish) : await unpairHere(home.host, wish)
        if (!done.ok) return done
        const text = undo
          ? `${kid} counts here again as far as the trust log lets it.`
          : `This host takes nothing more from ${kid}. The team still has it: take it out there too.`
        output.fact('unpaired', { kid, undo }, text)
        return null
      }),
    )
}

type Control = Extract<Awaited<ReturnType<typeof connectControl>>, { ok: true }>['value']

async function askHost({ send, events, close }: Control, wish: Wish): Promise<Result<void>> {
  send({ verb: 'unpair', ...wish })
  for await (const step of events) {
    if (step.event !== 'unpair') continue
    close()
    return step.code === null ? ok(undefined) : refused(step.code as ErrorCode)
  }
  return refused('agent_failed', 'The host agent ended.')
}

/** No host agent runs: the next one finds it. */
async function unpairHere(folder: string, { kid, undo }: Wish): Promise<Result<void>> {
  const pin = await openTeamPin(nodeCrypto, folder)
  if (!pin.ok) return pin
  const done = await pin.value.unpair(kid, undo, Date.now())
  return done.ok ? ok(undefined) : done
}
