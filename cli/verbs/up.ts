import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { DEFAULT_PORT } from '../default-relay.ts'
import { privateFolder } from '../home.ts'
import { stderrLog } from '../log.ts'
import { portOption, urlOption } from '../options.ts'
import { builtApp } from '../own-files.ts'
import { until } from '../until.ts'
import type { AddVerb } from '../verb.ts'

type Options = { port: number; data?: string; publicUrl?: string; repair?: boolean }

/** `countersign up`: the relay on this machine, until Ctrl-C. */
export const addUp: AddVerb = (program, run) => {
  program
    .command('up')
    .description('run the relay on this machine')
    .addOption(portOption('port on this machine; 0 chooses a free one', DEFAULT_PORT))
    .option('--data <dir>', 'where its database and blobs are kept; default: relay/ in COUNTERSIGN_HOME')
    .addOption(urlOption('--public-url <url>', 'the https address under which phones reach it'))
    .option('--repair', 'accept another public address than before; every pairing, passkey and push address is lost')
    .option('--json', 'one JSON object a line')
    .action((options: Options, command) =>
      run(command, async (world, output) => {
        const { startRelay } = await import('#local/main.ts')
        const started = await startRelay({
          port: options.port,
          dataDir: privateFolder(resolve(options.data ?? world.home.relay)),
          ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
          ...(existsSync(builtApp) ? { appDir: builtApp } : {}),
          ...(options.repair ? { repair: true } : {}),
          log: stderrLog(world.env),
        })
        if (!started.ok) return started
        const relay = started.value
        const { url, origin, claimPath } = relay
        output.fact(
          'relay',
          { state: 'ready', url, origin, claimPath },
          `The relay is at ${origin}${url === origin ? '' : ` (here: ${url})`}.`,
        )
        if (!existsSync(builtApp)) output.hint('The app is not built, so only terminals can pair: npm run build')
        await until(world.stop)
        await relay.close()
        output.fact('relay', { state: 'stopped' }, null)
        return null
      }),
    )
}
