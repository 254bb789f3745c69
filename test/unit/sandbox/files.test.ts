import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { size } from '#cli/sandbox-options.ts'
import { environmentInside } from '#host-agent/sandbox/environment.ts'
import { blockedPaths } from '#host-agent/sandbox/files/blocked-paths.ts'
import { isHarmlessGitConfig } from '#host-agent/sandbox/files/git-config.ts'
import { isWithin, projectFolder, shareable } from '#host-agent/sandbox/files/policy.ts'
import { toolchainsOf } from '#host-agent/sandbox/files/toolchains.ts'

let root = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-files-')))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))
const make = (...names: string[]) => {
  for (const name of names) mkdirSync(join(root, name), { recursive: true })
}

test.each([
  '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n',
  '[remote "origin"]\n\turl = https://github.com/a/b.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n',
  '[user]\n\tname = Ada Byron\n\temail = ada@example.org\n# a comment\n',
  '',
])('harmless settings of git: %j', (text) => expect(isHarmlessGitConfig(text)).toBe(true))

test.each(
  [
    '[core]\n\tfsmonitor = ./evil',
    '[core] fsmonitor = ./evil',
    '[CORE]\n\tHooksPath = x',
    '[core]\n\tsshCommand = evil',
    '[core]\n\teditor = evil',
    '[core]\n\tgitProxy = evil',
    '[core]\n\tworktree = /home',
    '[core "x"]\n\tpager=evil',
    '[include]\n\tpath = ../evil',
    '[includeIf "gitdir:/"]\n\tpath = ../evil',
    '[filter "x"]\n\tclean = evil',
    '[alias]\n\tst = !evil',
    '[diff "x"]\n\ttextconv = evil',
    '[merge "x"]\n\tdriver = evil',
    '[credential]\n\thelper = !evil',
    '[remote "x"]\n\turl = ext::sh -c evil',
    '[remote "x"]\n\turl = --upload-pack=evil',
    '[remote "x"]\n\tuploadpack = evil',
    '[remote "x"]\n\tvcs = evil',
    '[submodule "x"]\n\tupdate = !evil',
    '[url "ext::evil"]\n\tinsteadOf = https://',
    '[uploadpack]\n\tpackObjectsHook = evil',
    '[gpg]\n\tprogram = evil',
    '[core]\n\tbare = false\\\n[core]\n\tfsmonitor = evil',
    '# \\\n[core]\n\tfsmonitor=evil',
    '[core]\n\tbare = "false"\n\tfsmonitor = evil',
    'fsmonitor = evil',
    '[core]\r\tfsmonitor = evil',
  ].filter((text) => text !== '[core]\n\tbare'),
)('settings of git that are not harmless: %j', (text) => expect(isHarmlessGitConfig(text)).toBe(false))

test('what is above or in a secret is not shared, what lies beside it is', () => {
  make('home/.ssh', 'home/work/data', 'home/.countersign/host')
  const home = join(root, 'home')
  const hidden = [join(home, '.countersign')]
  const share = (name: string) => shareable(join(root, name), hidden, home).ok
  expect(['home/work', 'home/work/data'].map(share)).toEqual([true, true])
  expect(['home', '', 'home/.ssh', 'home/.countersign', 'home/.countersign/host', 'home/nothing'].map(share)).toEqual(
    Array(6).fill(false),
  )
})

test('a project is a folder of its own: no home, nothing above one, nothing of the system', () => {
  make('home/work', 'home/.ssh/x', 'home/state')
  const home = join(root, 'home')
  const fits = (path: string) => projectFolder(path, [join(home, 'state')], home).ok
  expect(fits(join(home, 'work'))).toBe(true)
  for (const path of [
    home,
    root,
    '/',
    '/usr/share',
    '/etc',
    '/tmp',
    join(home, '.ssh/x'),
    join(home, 'state'),
    join(home, 'none'),
  ])
    expect([path, fits(path)]).toEqual([path, false])
})

test('of a PATH only folders of programs are shared, never a home or what holds its secrets', () => {
  make(
    'home/.nvm/versions/node/v24/bin',
    'home/.cargo/bin',
    'home/.rustup',
    'home/bin',
    'home/.local/bin',
    'tools/go/bin',
    'home/project/node_modules/.bin',
  )
  const home = join(root, 'home')
  const path = [
    '.nvm/versions/node/v24/bin',
    '.cargo/bin',
    'bin',
    '.local/bin',
    'project/node_modules/.bin',
    'missing/bin',
  ].map((name) => join(home, name))
  const { roots, env } = toolchainsOf(
    [...path, join(root, 'tools/go/bin'), '/usr/bin', '', 'relative', '.'].join(':'),
    home,
    {},
  )
  expect(roots.sort()).toEqual(
    [
      ...['.nvm', '.cargo/bin', '.rustup', 'bin', '.local/bin', 'project/node_modules/.bin'].map((name) =>
        join(home, name),
      ),
      join(root, 'tools/go'),
    ].sort(),
  )
  expect(env).toEqual({ NVM_DIR: join(home, '.nvm'), RUSTUP_HOME: join(home, '.rustup') })
})

test('tokens, sockets and what changes how programs load stay outside; a route’s own variables come in', () => {
  const secret = [
    'GITHUB_TOKEN',
    'NPM_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_PROFILE',
    'OPENAI_API_KEY',
    'DB_PASSWORD',
    'SSH_AUTH_SOCK',
    'DBUS_SESSION_BUS_ADDRESS',
    'LD_PRELOAD',
    'NODE_OPTIONS',
    'BASH_ENV',
    'DISPLAY',
    'XDG_RUNTIME_DIR',
    'COUNTERSIGN_HOME',
    'npm_config__authToken',
    'HTTP_PROXY',
    'my_secret',
    'DATABASE_CREDENTIALS',
    'KUBECONFIG_TOKEN',
    'TMPDIR',
    'npm_config_cafile',
    'npm_config_userconfig',
    'npm_lifecycle_event',
    'INIT_CWD',
  ]
  const given = {
    ...Object.fromEntries(secret.map((name) => [name, 'leaked'])),
    LANG: 'C',
    GIT_AUTHOR_NAME: 'Ada',
    PATH: '/usr/bin:.:relative:/bin',
  }
  const env = environmentInside({
    given,
    toolchains: {},
    routes: [{ host: 'm.test', headers: { 'x-api-key': 'leaked' }, env: { ANTHROPIC_API_KEY: 'sandbox' } }],
    proxyPort: 3128,
  })
  expect(Object.values(env)).not.toContain('leaked')
  expect(env).toMatchObject({
    LANG: 'C',
    GIT_AUTHOR_NAME: 'Ada',
    PATH: '/usr/bin:/bin',
    ANTHROPIC_API_KEY: 'sandbox',
    HTTPS_PROXY: 'http://127.0.0.1:3128',
    HOME: '/sandbox/home',
  })
})

test('blocked paths are read from the words of common programs', () => {
  make('project/src', 'other')
  writeFileSync(join(root, 'other/file'), '')
  const policy = {
    project: join(root, 'project'),
    projectAccess: 'write' as const,
    fence: [],
    readRoots: [],
    writeRoots: [],
    hidden: [],
  }
  // /tmp is private inside, so its paths are none of the host's.
  const found = (words: string) =>
    blockedPaths(words, policy.project, policy, []).map(({ path, access }) => `${access} ${path}`)
  expect(found(`touch: cannot touch '/srv/x': Read-only file system`)).toEqual(['write /srv/x'])
  expect(found(`/bin/sh: 1: cannot create /opt/x: Read-only file system`)).toEqual(['write /opt/x'])
  expect(found(`Error: EROFS: read-only file system, open '/opt/a b'`)).toEqual(['write /opt/a b'])
  expect(found(`cat: /etc/hostname: No such file or directory`)).toEqual(['read /etc/hostname'])
  expect(
    found(`cat: /usr/nothing: No such file or directory\ncat: src/x: No such file or directory\nfine /etc/hostname`),
  ).toEqual([])
})

test('within means in or the same, by whole names', () => {
  expect([isWithin('/a/b', '/a'), isWithin('/a', '/a'), isWithin('/a', '/')]).toEqual([true, true, true])
  expect([isWithin('/ab', '/a'), isWithin('/a/../b', '/a'), isWithin('/', '/a'), isWithin('/a/..b', '/a/b')]).toEqual([
    false,
    false,
    false,
    false,
  ])
})

test.each([
  ['4GB', 4 * 1024 ** 3],
  ['512M', 512 * 1024 ** 2],
  ['1.5GiB', 1.5 * 1024 ** 3],
  ['2097152', 2 * 1024 ** 2],
])('a size of %s is %i bytes', (text, bytes) => expect(size(text)).toBe(bytes))
test.each(['', '4', '1KB', 'GB', '-4GB', '4 GB!', '1e9'])('%j is no size', (text) => expect(() => size(text)).toThrow())
