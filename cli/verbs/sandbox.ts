import { createHash } from 'node:crypto'
import { delimiter, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { visible } from '#client/display.ts'
import { findProgram } from '#host-agent/files.ts'
import { openSandbox, type Sandbox } from '#host-agent/sandbox/sandbox.ts'
import type { Violation } from '#host-agent/sandbox/violation.ts'
import { violationsIn } from '#host-agent/sandbox/words.ts'
import { exitCodeOf } from '../exit-code.ts'
import type { Home } from '../home.ts'
import { type Output, sentence } from '../output.ts'
import { addSandboxFlags, capsFrom, type SandboxFlags } from '../sandbox-options.ts'
import type { AddVerb, World } from '../verb.ts'

const graceMs = 5_000
/** Where programs are inside besides. */
const usualPath = ['/usr/local/bin', '/usr/bin', '/bin']
/** Words of a program that are kept to look for paths in. */
const wordsMost = 65_536

/** `countersign sandbox [flags] -- CMD ARGS…`: runs one command in a sandbox around the current folder; its exit code passes through. */
export const addSandbox: AddVerb = (program, run) => {
  const command: Command = program
    .command('sandbox')
    .description('run a command in a sandbox around the current folder')
    .argument('<command...>', 'the command and its arguments, after --')
  addSandboxFlags(command).action((argv: string[], flags: SandboxFlags) =>
    run(command, async (world, output) => {
      const [name = ''] = argv
      if ((await findProgram(name, [world.env.PATH, ...usualPath].join(delimiter), process.cwd())) === null) {
        output.hint(`countersign: ${visible(name)} was not found`)
        return { exitCode: 127 }
      }
      const told = new Set<string>()
      const tell = ({ code, detail }: Pick<Violation, 'code' | 'detail'>) => {
        const line = `countersign: ${sentence(code, detail)}`
        // That it got no more memory its words say again, otherwise.
        if (told.has(line) || (code === 'sandbox_memory_exceeded' && told.has(code))) return
        told.add(line).add(code)
        output.hint(line)
      }
      const sandbox = await openSandbox({
        ...sandboxPlaces(world.home, process.cwd()),
        projectAccess: 'write',
        allow: flags.allow,
        firewallStrict: flags.firewallStrict === true,
        network: 'proxy',
        readRoots: flags.read.map((path) => resolve(path)),
        writeRoots: flags.write.map((path) => resolve(path)),
        caps: capsFrom(flags),
        routes: [],
        registries: [],
        hostEnvironment: world.env,
        allowRoot: flags.allowRoot === true,
        onViolation: tell,
      })
      if (!sandbox.ok) return sandbox
      try {
        return await runIn(sandbox.value, argv, world, output, tell)
      } finally {
        await sandbox.value.close()
      }
    }),
  )
}

/** Where a project's sandbox keeps its state, and what of ours it must never show. */
export function sandboxPlaces(home: Home, project: string) {
  const state = join(home.root, 'sandbox')
  const name = createHash('sha256').update(project).digest('hex').slice(0, 16)
  return { project, state, home: join(state, 'homes', name), hidden: [home.root] }
}

async function runIn(
  sandbox: Sandbox,
  argv: readonly string[],
  world: World,
  output: Output,
  tell: (violation: Violation) => void,
) {
  if (process.getuid?.() === 0) output.hint('countersign: as root the sandbox holds less; run it as a normal user')
  const started = await sandbox.spawn(argv, { env: world.env, stdio: ['inherit', 'inherit', 'pipe'] })
  if (!started.ok) return started
  let words = ''
  started.value.child.stderr?.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk)
    words = (words + chunk.toString('utf8')).slice(-wordsMost)
  })
  const stop = () => {
    started.value.signal('SIGINT')
    setTimeout(() => void started.value.kill(0), graceMs).unref()
  }
  world.stop.addEventListener('abort', stop)
  if (world.stop.aborted) stop()
  const ended = await started.value.ended
  if (ended.code !== 0)
    for (const violation of violationsIn(words, { capsMemory: sandbox.status().caps.memoryBytes !== null }))
      tell(violation)
  world.stop.removeEventListener('abort', stop)
  for (const { path, access } of sandbox.blockedPaths(words))
    tell({ code: 'sandbox_path_blocked', detail: `${path}, to ${access}`, path, access })
  return { exitCode: exitCodeOf(ended) }
}
