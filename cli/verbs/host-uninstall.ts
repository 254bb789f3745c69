import { existsSync, readFileSync, rmSync } from 'node:fs'
import type { Command } from 'commander'
import { isOurs, serviceFor } from '#host-agent/service/service.ts'
import { refused } from '#protocol/errors.ts'
import type { Run } from '../verb.ts'
import { runs } from './host-install.ts'

/** `countersign host uninstall`: takes out what `host install` put in, and nothing else: the state in COUNTERSIGN_HOME stays. */
export function addHostUninstall(host: Command, run: Run): void {
  host
    .command('uninstall')
    .description('take out what countersign host install put in; state and pairing stay')
    .option('--json', 'one JSON object a line')
    .action((_options, self: Command) =>
      run(self, async ({ home, env }, output) => {
        const facts = { words: [], path: '', home: home.root, environmentFile: '' }
        const service = serviceFor(process.platform, facts, env)
        if (!service || !existsSync(service.file)) {
          output.fact('service', { state: 'absent' }, 'There is no service of ours.')
          return null
        }
        const { file, end, afterwards } = service
        if (!isOurs(readFileSync(file, 'utf8'))) return refused('conflict', `${file} is not ours; it was left as it is`)
        for (const words of end) runs(words)
        rmSync(file)
        for (const words of afterwards) runs(words)
        output.fact('service', { state: 'uninstalled', file }, `${file} is gone. State and pairing stay.`)
        return null
      }),
    )
}
