import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
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
 * How long a command takes in a sandbox that is open, from the call to its end: the shortest one without a network; one that asks a server on loopback through the
 * proxy, which opens and judges the request; and both in the peer that others use. The floor of each: the same command without any sandbox, in the same rounds. Empty where
 * this machine can't run one.
 */
export async function sandboxCommand(): Promise<Figure[]> {
  const folder = join(homedir(), '.cache')
  mkdirSync(folder, { recursive: true })
  const root = mkdtempSync(join(folder, 'countersign-bench-'))
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    response.end('here')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  try {
    const [alone, proxied] = [await open(root, 'none', port), await open(root, 'proxy', port)]
    if (!alone || !proxied) return []
    const names = ['plain', 'alone', 'plainAsks', 'proxied'] as const
    const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
    for (let round = 0; round < rounds; round += 1) {
      samples.plain.push(await timed(() => runPlain(shortest)))
      samples.alone.push(await timed(() => runIn(alone, shortest)))
      samples.plainAsks.push(await timed(() => runPlain(asks(`127.0.0.1:${port}`))))
      samples.proxied.push(await timed(() => runIn(proxied, asks(named))))
    }
    await alone.close()
    await proxied.close()
    const middle = (name: Name) => percentile(samples[name], 50)
    const others = await measurePeer(join(root, 'project'), asks(`localhost:${port}`).join(' '))
    // Every request has to have come: a command that never asked would be quicker.
    if (asked !== rounds * (others ? 3 : 2)) throw new Error(`${asked} requests came`)
    return [
      figure('sandboxCommandMs.p50', middle('alone'), 'ms', middle('plain')),
      figure('sandboxProxyCommandMs.p50', middle('proxied'), 'ms', middle('plainAsks')),
      ...(others
        ? [
            figure('srtCommandMs.p50', percentile(others.shortest, 50), 'ms', middle('plain')),
            figure('srtProxyCommandMs.p50', percentile(others.asks, 50), 'ms', middle('plainAsks')),
          ]
        : []),
    ]
  } finally {
    server.close()
    rmSync(root, { recursive: true, force: true })
  }
}

async function open(root: string, network: 'proxy' | 'none', port: number): Promise<Sandbox | null> {
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
    routes: [{ host: named, port: 80, target: { host: '127.0.0.1', port, tls: false }, headers: {}, env: {} }],
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

type Name = 'plain' | 'alone' | 'plainAsks' | 'proxied'
type Argv = readonly [string, ...string[]]
const shortest: Argv = ['/bin/sh', '-c', 'true']
/** The name by which the server is known inside. */
const named = 'bench.internal'
/** Also where the peer would have localhost asked past its proxy. */
const asks = (host: string): Argv => ['curl', '-sf', '--noproxy', 'none.invalid', '-o', '/dev/null', `http://${host}/`]

const runPlain = (argv: Argv) =>
  new Promise<void>((done, fail) => {
    const child = spawn(argv[0], argv.slice(1), { stdio: 'ignore', env: { PATH: process.env.PATH } })
    child.once('error', fail)
    child.once('close', (code) => (code === 0 ? done() : fail(new Error(`${argv[0]}: exit code ${code}`))))
  })

async function runIn(sandbox: Sandbox, argv: Argv): Promise<void> {
  const started = await sandbox.spawn(argv, { env: {}, stdio: 'ignore' })
  if (!started.ok) throw new Error(started.code)
  const { code } = await started.value.ended
  if (code !== 0) throw new Error(`exit code ${code}`)
}

/** In a process of its own: it keeps its state in its module. Null: it can't be had here. */
async function measurePeer(project: string, command: string): Promise<{ shortest: number[]; asks: number[] } | null> {
  try {
    const [runtime = '', search = ''] = await installCached(peer)
    const program = [join(runtime, 'dist/index.js'), join(search, 'bin/rg')]
    const child = startChild([join(import.meta.dirname, 'srt.ts'), ...program, project, String(rounds), command])
    const line = await child.firstLine
    await child.stop()
    return JSON.parse(line) as { shortest: number[]; asks: number[] }
  } catch (error) {
    process.stderr.write(`srt was not measured: ${error instanceof Error ? error.message : error}\n`)
    return null
  }
}
