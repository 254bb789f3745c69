import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { HostSummary } from '#client/list-hosts.ts'
import { ok, type Result, refused } from '#protocol/errors.ts'
import { type Rights, Role, Tier } from '#protocol/statements/trust-entry.ts'

/** What of a device's rights the command line says. Absent: as it was, or as the verb's help says. */
export type RightsFlags = { role?: Role; maxTier?: Tier; host?: string[] }

const tier = (text: string): Tier => {
  const read = Tier.safeParse(Number(text))
  if (!/^\d$/.test(text) || !read.success) throw new InvalidArgumentError('A tier is a number from 0 to 3.')
  return read.data
}

export const addRightsFlags = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--role <role>',
        'owner: decides, and says who else may what; approver: starts tasks and decides; viewer: sees',
      ).choices(Role.options),
    )
    .addOption(new Option('--max-tier <n>', 'the most risky operations that it may approve, 0 to 3').argParser(tier))
    .addOption(
      new Option(
        '--host <host>',
        'a host for which it may decide, by id or name, or all; say it again for each',
      ).argParser((word: string, before: string[] = []) => [...before, word]),
    )

/** The rights that were asked for: what is not said stays as in `before`. Error: `host_not_found`; a name that two hosts bear names none. */
export function rightsFrom(
  before: Omit<Rights, 'person'>,
  { role = before.role, maxTier = before.maxTier, host }: RightsFlags,
  hosts: readonly HostSummary[],
): Result<Omit<Rights, 'person'>> {
  if (!host) return ok({ role, maxTier, hosts: before.hosts })
  if (host.includes('all')) return ok({ role, maxTier, hosts: '*' })
  const chosen: string[] = []
  for (const word of host) {
    const fitting = hosts.filter(({ hostId, status }) => hostId === word || status?.name === word)
    const [one] = fitting
    if (!one || fitting.length > 1) return refused('host_not_found', `${word}: see countersign hosts`)
    chosen.push(one.hostId)
  }
  return ok({ role, maxTier, hosts: [...new Set(chosen)] })
}
