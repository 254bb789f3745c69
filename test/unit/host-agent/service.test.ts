import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serviceFor } from '#host-agent/service/service.ts'

const cli = join(import.meta.dirname, '../../../cli/main.ts')
let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'countersign-service-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const odd = '/home/a b/100%/"q"/$HOME/\\x/<&>'
const facts = {
  words: ['/usr/bin/node', '/opt/countersign.mjs', 'host', '--project', odd],
  path: '/usr/bin:/bin',
  home: '/home/ada/.countersign',
  environmentFile: '/home/ada/.countersign/host/environment',
}
const verifies = spawnSync('systemd-analyze', ['--version']).status === 0

test.skipIf(!verifies)('systemd finds nothing wrong with the unit (needs systemd-analyze)', () => {
  const service = serviceFor(
    'linux',
    { ...facts, words: [process.execPath, cli, 'host', '--project', odd] },
    { HOME: home },
  )
  const file = join(home, 'countersign-host.service')
  writeFileSync(file, service?.content ?? '')
  const { status, stderr } = spawnSync('systemd-analyze', ['--user', 'verify', '--man=no', file], {
    encoding: 'utf8',
    env: { ...process.env, XDG_RUNTIME_DIR: home, HOME: home },
  })
  expect(stderr.split('\n').filter((line) => line.includes('countersign-host'))).toEqual([])
  expect(status).toBe(0)
})

test('the unit is restarted, hardened, and says each word as itself', () => {
  const { content, file } = serviceFor('linux', facts, { HOME: '/home/ada' }) ?? { content: '', file: '' }
  expect(file).toBe('/home/ada/.config/systemd/user/countersign-host.service')
  expect(content).toContain('"/home/a b/100%%/\\"q\\"/$$HOME/\\\\x/<&>"')
  for (const line of ['Restart=on-failure', 'NoNewPrivileges=yes', 'UMask=0077', 'WantedBy=default.target'])
    expect(content.split('\n')).toContain(line)
})

test('the templates of macOS and Windows are whole, with each word as itself', () => {
  const parser = new XMLParser({ ignoreAttributes: false })
  const agent = parser.parse(serviceFor('darwin', facts, { HOME: '/Users/ada' })?.content ?? '')
  expect(agent.plist.dict.array.string).toEqual(facts.words)
  const task = parser.parse(serviceFor('win32', facts, {})?.content ?? '')
  expect(task.Task.Actions.Exec.Command).toBe('/usr/bin/node')
  expect(task.Task.Principals.Principal.RunLevel).toBe('LeastPrivilege')
  expect(serviceFor('aix', facts, {})).toBeNull()
})

const run = (...args: string[]) =>
  spawnSync(process.execPath, [cli, 'host', ...args, '--json'], {
    encoding: 'utf8',
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home, COUNTERSIGN_CLAIM: 'secret-claim', ANTHROPIC_API_KEY: 'secret-key' },
  })
const unit = () => join(home, '.config/systemd/user/countersign-host.service')

test.skipIf(process.platform !== 'linux')(
  'installed twice it is the same, without a secret; uninstalled it is gone and nothing else',
  () => {
    mkdirSync(dirname(unit()), { recursive: true })
    writeFileSync(join(dirname(unit()), 'other.service'), 'other')
    const args = ['install', '--no-start', '--relay', 'https://relay.example.org', '--project', home]
    const [first, second] = [run(...args), run(...args)].map(({ status, stdout }) => ({
      status,
      ...JSON.parse(stdout),
    }))
    expect(first).toMatchObject({ status: 0, event: 'service', state: 'installed', file: unit(), changed: true })
    expect(second).toMatchObject({ status: 0, changed: false })
    const content = readFileSync(unit(), 'utf8')
    expect(content).toContain('"--relay" "https://relay.example.org"')
    expect(content).not.toContain('secret')
    expect(JSON.parse(run('uninstall').stdout)).toMatchObject({ state: 'uninstalled', file: unit() })
    expect(existsSync(unit())).toBe(false)
    expect(existsSync(join(dirname(unit()), 'other.service'))).toBe(true)
    expect(JSON.parse(run('uninstall').stdout)).toMatchObject({ state: 'absent' })
  },
)

test.each([
  [['--project', '/nowhere'], 'project_invalid'],
  [['--no-sandbox', '--max-cpu', '80'], 'usage'],
])('what would never start is refused before anything is written: %j', (flags, code) => {
  expect(run('install', '--no-start', ...flags).stdout).toContain(code)
  expect(existsSync(unit())).toBe(false)
})

test.skipIf(process.platform !== 'linux')('a file of somebody else’s under that name is left as it is', () => {
  mkdirSync(dirname(unit()), { recursive: true })
  writeFileSync(unit(), '[Service]\nExecStart=/bin/true\n')
  expect(run('install', '--no-start').status).toBe(1)
  expect(run('uninstall').status).toBe(1)
  expect(readFileSync(unit(), 'utf8')).toContain('/bin/true')
})

/** The words of the unit's command line, as systemd takes them (systemd.syntax(7)). */
function execStart(): string[] {
  const line = /^ExecStart=(.*)$/m.exec(readFileSync(unit(), 'utf8'))?.[1] ?? ''
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) =>
    word.replaceAll('%%', '%').replaceAll('$$', '$').replace(/\\(.)/g, '$1'),
  )
}

test.skipIf(process.platform !== 'linux')('what is installed is what was typed, and runs', async () => {
  const flags = ['--relay', 'http://127.0.0.1:9', '--project', home, '--agent', 'command', '--name', 'A "b" $c 100%']
  const limits = ['--allow', 'example.org:443', '--read', '/usr/share', '--write', home, '--allow-root']
  const caps = ['--firewall-strict', '--max-cpu', '80', '--max-memory', '4GB', '--max-disk-write', '1GB']
  const more = ['--pass', 'MY_KEY@models.example', '--allow-unproven', ...limits, ...caps]
  const named = ['--agent-command', 'my agent', '--agent-title', 'Mine']
  expect(run('install', '--no-start', ...flags, ...more, ...named).status).toBe(0)
  const words = execStart()
  const typed = [...flags, ...more].map((word) => ({ '4GB': '4294967296', '1GB': '1073741824' })[word] ?? word)
  expect(words.slice(3).sort()).toEqual([...typed, ...named].sort())

  expect(run('install', '--no-start', ...flags, '--no-sandbox').status).toBe(0)
  const [program = '', ...args] = execStart()
  const started = spawn(program, args, {
    cwd: '/',
    env: { PATH: process.env.PATH, HOME: home, COUNTERSIGN_HOME: join(home, '.countersign') },
  })
  let said = ''
  started.stdout.on('data', (chunk: Buffer) => {
    const was = said
    said += chunk.toString('utf8')
    // Once, as systemd does: a second one means "at once".
    if (!was.includes('Host agent hst_') && said.includes('Host agent hst_')) started.kill('SIGTERM')
  })
  const code = await new Promise((ended) => started.once('close', ended))
  expect(said).toContain(`runs Command line in ${home}; its tasks are unprotected`)
  // Anything else would be a failure to systemd, which would start it again.
  expect(code).toBe(0)
})
