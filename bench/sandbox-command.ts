import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { openSandbox, type Sandbox } from '#host-agent/sandbox/sandbox.ts'
import { capsOf } from '#host-agent/sandbox/status.ts'
import { startChild } from './child.ts'
import { type Figure, figure, percentile } from './figure.ts'
import { installCached } from './install-cached.ts'

const rounds = 60
/** The sandbox that others use, and the search program that it needs. */
const peer = ['@anthropic-ai/sandbox-runtime@0.0.83', `@vscode/ripgrep-linux-${process.arch}@1.18.0`]

/**
 * How long the shortest command takes in a sandbox that is open, from the call to its end: without a network, with the proxy, and in the peer that
 * others use. The floor of each: the same command without any, in the same rounds. Empty where this machine can't run one.
 */
export async function sandboxCommand(): Promise<Figure[]> {
  const folder = join(homedir(), '.cache')
  mkdirSync(folder, { recursive: true })
  const root = mkdtempSync(join(folder, 'countersign-bench-'))
  try {
    const [alone, proxied] = [await open(root, 'none'), await open(root, 'proxy')]
    if (!alone || !proxied) return []
    const samples = { plain: [] as number[], alone: [] as number[], proxied: [] as number[] }
    for (let round = 0; round < rounds; round += 1) {
      samples.plain.push(await timed(() => runPlain()))
      samples.alone.push(await timed(() => runIn(alone)))
      samples.proxied.push(await timed(() => runIn(proxied)))
    }
    await alone.close()
    await proxied.close()
    const plain = percentile(samples.plain, 50)
    const others = await measurePeer(join(root, 'project'))
    return [
      figure('sandboxCommandMs.p50', percentile(samples.alone, 50), 'ms', plain),
      figure('sandboxProxyCommandMs.p50', percentile(samples.proxied, 50), 'ms', plain),
      ...(others ? [figure('srtCommandMs.p50', percentile(others, 50), 'ms', plain)] : []),
    ]
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function open(root: string, network: 'proxy' | 'none'): Promise<Sandbox | null> {
  const project = join(root, 'project')
  mkdirSync(project, { recursive: true })
  const sandbox = await openSandbox({
    project,
    projectAccess: 'write',
    home: join(root, 'state/home'),
    state: join(root, 'state'),
    hidden: [],
    allow: [],
    firewallStrict: true,
    network,
    readRoots: [],
    writeRoots: [],
    caps: capsOf({}),
    routes: [],
    registries: [],
    hostEnvironment: { PATH: process.env.PATH, HOME: homedir() },
    allowRoot: true,
    onViolation() {},
  })
  if (sandbox.ok) return sandbox.value
  process.stderr.write(`No sandbox to measure: ${sandbox.code} ${sandbox.detail ?? ''}\n`)
  return null
}

async function timed(run: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}

const argv = ['/bin/sh', '-c', 'true'] as const

const runPlain = () =>
  new Promise<void>((done, fail) => {
    const child = spawn(argv[0], argv.slice(1), { stdio: 'ignore' })
    child.once('error', fail)
    child.once('close', () => done())
  })

async function runIn(sandbox: Sandbox): Promise<void> {
  const started = await sandbox.spawn(argv, { env: {}, stdio: 'ignore' })
  if (!started.ok) throw new Error(started.code)
  const { code } = await started.value.ended
  if (code !== 0) throw new Error(`exit code ${code}`)
}

/** In a process of its own: it keeps its state in its module. Null: it can't be had here. */
async function measurePeer(project: string): Promise<number[] | null> {
  try {
    const [runtime = '', search = ''] = await installCached(peer)
    const program = [join(runtime, 'dist/index.js'), join(search, 'bin/rg')]
    const child = startChild([join(import.meta.dirname, 'srt.ts'), ...program, project, String(rounds)])
    const line = await child.firstLine
    await child.stop()
    return JSON.parse(line) as number[]
  } catch (error) {
    process.stderr.write(`srt was not measured: ${error instanceof Error ? error.message : error}\n`)
    return null
  }
}
