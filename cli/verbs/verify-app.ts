import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { refused } from '#protocol/errors.ts'
import { DEFAULT_RELAY } from '../default-relay.ts'
import { originArgument } from '../options.ts'
import { builtApp } from '../own-files.ts'
import { openTerminalDevice } from '../terminal-device.ts'
import type { AddVerb, World } from '../verb.ts'

/** `countersign verify-app`: whether the app that a relay serves is, byte by byte, the one that this clone builds. */
export const addVerifyApp: AddVerb = (program, run) => {
  program
    .command('verify-app')
    .description('compare the app that a relay serves with the one that this clone builds')
    .addArgument(originArgument('[url]', 'the relay’s address; default: the one this machine is paired at'))
    .option('--json', 'one JSON object a line')
    .action((url: string | undefined, _options, command) =>
      run(command, async ({ home }, output) => {
        if (!existsSync(join(builtApp, 'index.html'))) return refused('app_not_built')
        const { compareApp } = await import('../compare-app.ts')
        const origin = url ?? (await pairedAt(home))
        const compared = await compareApp(builtApp, origin)
        if (!compared.ok) return compared
        const { files, differences } = compared.value
        for (const { path, why } of differences)
          output.fact('difference', { path, why }, `✗ ${path}: ${sentences[why]}`)
        const same = differences.length === 0
        output.fact(
          'app',
          { origin, files, differences: differences.length },
          same
            ? `✓ The app at ${origin} is the one built here: ${files} files.`
            : `The app at ${origin} is not the one built here. Build the version that was deployed, or deploy again, before anybody opens it.`,
        )
        return same ? null : 'unsuccessful'
      }),
    )
}

async function pairedAt(home: World['home']): Promise<string> {
  if (!existsSync(join(home.device, 'keys.json'))) return DEFAULT_RELAY
  const device = await openTerminalDevice(home)
  return device.ok ? device.value.context.relay.origin : DEFAULT_RELAY
}

const sentences = {
  differs: 'other content than what is built here',
  missing: 'not served, or from another address',
  policy: 'the page may load or run more than its policy lets it',
} as const
