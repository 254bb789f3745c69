import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { openSandbox, type Sandbox, type SandboxedProcess, type SandboxOptions } from '#host-agent/sandbox/sandbox.ts'
import type { Violation } from '#host-agent/sandbox/violation.ts'

export type Run = { code: number | null; stdout: string; stderr: string; all: string }

/** A project with a repository, a person's home beside it, and things of the host that nobody inside may reach. */
export type World = {
  root: string
  project: string
  person: string
  countersignHome: string
  state: string
  /** Listens on the host's loopback, on a unix socket and on an abstract one; `reached` names which were. */
  port: number
  /** Answers by HTTP, where `port` says its secret and closes; what came is in `requests`. */
  httpPort: number
  unixSocket: string
  /** Where Docker and an ssh agent would listen; something does. */
  dockerSocket: string
  sshAgent: string
  abstractSocket: string
  reached: string[]
  /** Every request that came to the one public host there is, `public.test`, whatever the port. */
  requests: string[]
  violations: Violation[]
  open(options?: Partial<SandboxOptions>): Promise<Sandbox>
  close(): Promise<void>
}

/** What the names resolve to; the addresses of `public.test` are dialled at the world's own server. */
const names: Readonly<Record<string, readonly string[]>> = {
  'public.test': ['203.0.113.10'],
  'other.test': ['203.0.113.11'],
  'github.com': ['203.0.113.12'],
  'rebound.test': ['127.0.0.1'],
  'mixed.test': ['203.0.113.10', '127.0.0.1'],
  'inner.test': ['10.0.0.1'],
  'mapped.test': ['::ffff:127.0.0.1'],
}

export const secret = 'the-secret-of-the-host'
const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'init.defaultBranch=main', ...args], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@b',
    },
  })

/** Makes a world in a new folder below `folder`, which has to be on a disk and outside of /tmp and /var/tmp: these are private inside. */
export async function makeWorld(folder: string): Promise<World> {
  mkdirSync(folder, { recursive: true })
  const root = realpathSync(mkdtempSync(join(folder, 'world-')))
  const path = (...names: string[]) => join(root, ...names)
  for (const name of [
    'person/.docker/run',
    'person/.ssh',
    'person/.aws',
    'person/project/.vscode',
    'person/project/src',
    'countersign/host',
  ])
    mkdirSync(path(name), { recursive: true, mode: 0o700 })
  const project = path('person/project')
  const files: Record<string, string> = {
    'person/.ssh/id_ed25519': secret,
    'person/.aws/credentials': secret,
    'person/.npmrc': `//registry.npmjs.org/:_authToken=${secret}`,
    'person/.bashrc': 'original',
    'person/.gitconfig': '[user]\n\tname = Ada\n\temail = ada@example.org\n',
    'person/outside.txt': secret,
    'countersign/host/keys.json': secret,
    'person/project/.bashrc': 'original',
    'person/project/.gitconfig': 'original',
    'person/project/.envrc': 'original',
    'person/project/.npmrc': 'original',
    'person/project/.vscode/tasks.json': 'original',
    'person/project/src/index.txt': 'original',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(path(name), text)
  git(project, 'init', '-q')
  writeFileSync(join(project, '.git/hooks/post-commit'), '#!/bin/sh\n', { mode: 0o755 })

  const reached: string[] = []
  const unixSocket = path('s')
  const dockerSocket = path('person/.docker/run/docker.sock')
  const sshAgent = path('agent')
  const abstractSocket = `countersign-test-${process.pid}-${root.slice(-6)}`
  const listen = async (name: string, at: object) => {
    const server = createServer((socket) => {
      reached.push(name)
      socket.on('error', () => {})
      socket.end(`${secret}\n`)
    })
    await new Promise<void>((done) => server.listen(at, done))
    return server
  }
  const servers: Server[] = [
    await listen('loopback', { host: '127.0.0.1', port: 0 }),
    await listen('unix socket', { path: unixSocket }),
    await listen('Docker', { path: dockerSocket }),
    await listen('ssh agent', { path: sshAgent }),
    await listen('socket in the project', { path: join(project, 'd') }),
    await listen('abstract socket', { path: `\0${abstractSocket}` }),
  ]
  const requests: string[] = []
  const publicHost = createHttpServer((request, response) => {
    requests.push(`${request.method} ${request.headers.host} ${request.url}`)
    response.end('public')
  })
  await new Promise<void>((done) => publicHost.listen(0, '127.0.0.1', done))
  servers.push(publicHost)
  const portOf = (server: Server | undefined) => {
    const address = server?.address()
    return typeof address === 'object' && address ? address.port : 0
  }
  const sandboxes: Sandbox[] = []
  const world: World = {
    root,
    project,
    person: path('person'),
    countersignHome: path('countersign'),
    state: path('countersign/sandbox'),
    port: portOf(servers[0]),
    httpPort: portOf(publicHost),
    unixSocket,
    dockerSocket,
    sshAgent,
    abstractSocket,
    reached,
    requests,
    violations: [],
    async open(options = {}) {
      const sandbox = await openSandbox({
        project,
        projectAccess: 'write',
        home: path('countersign/sandbox/home'),
        state: path('countersign/sandbox'),
        hidden: [path('countersign')],
        allow: [],
        firewallStrict: false,
        network: 'proxy',
        readRoots: [],
        writeRoots: [],
        caps: { cpuPercent: null, memoryBytes: null, diskWriteBytes: null },
        routes: [],
        registries: [],
        hostEnvironment: {
          PATH: process.env.PATH,
          HOME: path('person'),
          ...(process.env.NODE_EXTRA_CA_CERTS ? { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS } : {}),
        },
        allowRoot: true,
        resolve: async (host) => names[host] ?? [],
        dial: async () => connect({ port: portOf(publicHost), host: '127.0.0.1' }),
        onViolation: (violation) => world.violations.push(violation),
        ...options,
      })
      if (!sandbox.ok) throw new Error(`${sandbox.code}: ${sandbox.detail}`)
      sandboxes.push(sandbox.value)
      return sandbox.value
    },
    async close() {
      for (const sandbox of sandboxes) await sandbox.close()
      publicHost.closeAllConnections()
      for (const server of servers) server.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
  return world
}

/** Starts a script and collects what it writes. */
export async function start(
  sandbox: Sandbox,
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<{ process: SandboxedProcess; result: Promise<Run> }> {
  const started = await sandbox.spawn(argv, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (!started.ok) throw new Error(`${started.code}: ${started.detail}`)
  const { child, ended } = started.value
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8')
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
  })
  return { process: started.value, result: ended.then(({ code }) => ({ code, stdout, stderr, all: stdout + stderr })) }
}

export async function run(sandbox: Sandbox, script: string, env: Record<string, string> = {}): Promise<Run> {
  return (await start(sandbox, ['/bin/sh', '-c', script], env)).result
}
