import type { Branch } from '#trust/settle-fork.ts'
import { readEntry } from '#trust/settle-fork.ts'
import type { HostContext } from '../context.ts'
import type { ControlEvent } from '../control/control.ts'
import { refusedEvent } from '../control/control.ts'

/** Says both branches of a fork entry by entry, from where they part; `chosen`: who of the owners stands by a branch. Looks first at what the relay shows now. */
export async function tellBranches(context: HostContext, answer: (event: ControlEvent) => void): Promise<void> {
  const { team, relay } = context
  await team.sync(relay)
  const fork = await team.branches()
  if (!fork) return answer(refusedEvent({ ok: false, code: 'not_forked' }))
  const { n, at, own, other } = fork
  const names = team.names()
  const told = ({ state, choice }: Branch) => ({
    entries: state.entries.slice(n).flatMap((jws) => {
      const read = readEntry(jws)
      return read ? [{ ...read, name: names[read.by] ?? null }] : []
    }),
    chosen: choice && { by: choice.by, name: names[choice.by] ?? null },
  })
  answer({ event: 'branches', n, at, branches: [own, ...(other ? [other] : [])].map(told) })
}
