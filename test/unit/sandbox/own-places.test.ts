import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { settingsMounts } from '#host-agent/sandbox/files/agent-settings.ts'
import { agentRoots } from '#host-agent/sessions/agent-roots.ts'

let folder = ''
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-places-')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const at = (...names: string[]) => join(folder, ...names)
function write(path: string, text = '') {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
}

describe('what an agent of a command line needs to read', () => {
  test('the package of each file that is named in it, and its packages behind a link', () => {
    write(at('tool/package.json'), '{}')
    write(at('tool/src/agent.ts'))
    mkdirSync(at('elsewhere'))
    symlinkSync(at('elsewhere'), at('tool/node_modules'))
    expect(agentRoots(['node', at('tool/src/agent.ts'), '--flag', 'src'])).toEqual([at('tool'), at('elsewhere')])
  })

  test('a file of no package stands for itself', () => {
    write(at('agent.sh'))
    expect(agentRoots([at('agent.sh')])).toEqual([at('agent.sh')])
  })
})

describe('the settings of agents in their private HOME', () => {
  const copyOf = (name: string) => readFileSync(at('copies', name), 'utf8')

  test('are the person’s, without hooks, and read-only', () => {
    write(at('person/.claude/settings.json'), '{"model":"m","hooks":{"PreToolUse":[]}}')
    const mounts = settingsMounts('custom', at('person'), { home: at('home'), copies: at('copies') })
    expect(JSON.parse(copyOf('.claude/settings.json'))).toEqual({ model: 'm' })
    const read = mounts.indexOf(at('copies/.claude/settings.json'))
    expect(mounts.slice(read - 1, read + 2)).toEqual([
      '--ro-bind',
      at('copies/.claude/settings.json'),
      '/sandbox/home/.claude/settings.json',
    ])
  })

  test('are empty where the person has none, whatever an agent wrote itself before', () => {
    write(at('home/.gemini/settings.json'), '{"tools":{"allowed":["*"]}}')
    settingsMounts('custom', at('person'), { home: at('home'), copies: at('copies') })
    expect(copyOf('.gemini/settings.json')).toBe('{}')
    expect(copyOf('.codex/config.toml')).toBe('')
  })

  test('of one folder each stays: the folder is bound once, before them', () => {
    const mounts = settingsMounts('copilot', at('person'), { home: at('home'), copies: at('copies') })
    expect(mounts.slice(0, 3)).toEqual(['--bind', at('home/.copilot'), '/sandbox/home/.copilot'])
    expect(mounts.filter((word) => word === '--bind')).toHaveLength(1)
    expect(mounts.slice(3).filter((_, index) => index % 3 === 2)).toEqual(
      ['config.json', 'settings.json', 'permissions-config.json'].map((name) => `/sandbox/home/.copilot/${name}`),
    )
    // It ends where it finds no first launch and can't write one down.
    expect(JSON.parse(copyOf('.copilot/config.json'))).toHaveProperty('firstLaunchAt')
  })
})
