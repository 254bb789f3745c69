import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { isOurs, serviceFor } from '#host-agent/service/service.ts'
import { refused } from '#protocol/errors.ts'
import { addHostFlags, type HostFlags, mistakeIn, wordsOf } from '../host-flags.ts'
import { launcher } from '../own-files.ts'
import type { Run, World } from '../verb.ts'

type Options = HostFlags & { start: boolean }

/** `countersign host install`: the host agent begins with the machine, by the user's own service manager and with the user's rights. */
export function addHostInstall(host: Command, run: Run): void {
  const install = host
    .command('install')
    .description(
      'start the host agent with this machine, as this user: a systemd user unit, a LaunchAgent or a scheduled task; takes the flags of countersign host',
    )
  addHostFlags(install)
    .option('--no-start', 'write the file, and start nothing now')
    .option('--json', 'one JSON object a line')
    .action((options: Options, self: Command) =>
      run(self, async (world, output) => {
        const service = serviceFor(process.platform, factsOf(world, options), world.env)
        if (!service) return refused('usage', `there is no service for ${process.platform}`)
        const problem = mistakeIn(options)
        if (problem) return problem
        const missing = (options.project ?? []).find(
          (path) => !statSync(path, { throwIfNoEntry: false })?.isDirectory(),
        )
        if (missing !== undefined) return refused('project_invalid', `${missing} is no folder`)
        const { file, content, begin, hint } = service
        const before = existsSync(file) ? readFileSync(file, 'utf8') : null
        if (before !== null && !isOurs(before)) return refused('conflict', `${file} is not ours; it was left as it is`)
        mkdirSync(dirname(file), { recursive: true })
        if (before !== content) writeFileSync(file, content, { mode: 0o644 })
        const failed = options.start ? begin.find((words) => !runs(words)) : undefined
        const state = failed ? 'written' : options.start ? 'started' : 'installed'
        const text = failed
          ? `${file} is written, but this failed: ${failed.join(' ')}. Run it yourself to see why.`
          : `The host agent is in ${file}. ${hint}`
        output.fact('service', { state, file, changed: before !== content }, text)
        return failed ? 'unsuccessful' : null
      }),
    )
}

function factsOf({ home, env }: World, options: Options) {
  return {
    words: [process.execPath, launcher, 'host', ...wordsOf(options)],
    path: env.PATH ?? '',
    home: home.root,
    environmentFile: join(home.host, 'environment'),
  }
}

/** Whether a command of the system did what it was asked to. */
export function runs([program = '', ...args]: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', timeout: 60_000 }).status === 0
}
