import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What the scripted agent's act `demo` expects to find, edits, and asks to delete. */
export const demo = {
  task: 'Say hello to everybody by name, and remove the old greeting.',
  edited: ['src/greet.js', 'test/greet.test.js'],
  deleted: 'legacy',
} as const

const files: Readonly<Record<string, string>> = {
  'package.json':
    '{ "name": "greetings", "version": "1.0.0", "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/greet.js': "export const greet = () => 'hello'\n",
  'test/greet.test.js': [
    "import assert from 'node:assert/strict'",
    "import { test } from 'node:test'",
    "import { greet } from '../src/greet.js'",
    '',
    "test('greets', () => assert.equal(greet(), 'hello'))",
    '',
  ].join('\n'),
  'legacy/greet.old.js': "module.exports = function () { return 'hi' }\n",
  'legacy/README.md': 'Nobody uses this any more.\n',
}

/** Makes the demo's git repository in a folder, with one commit. */
export function createDemoProject(folder: string): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.org', '-c', 'commit.gpgSign=false', ...args],
      {
        cwd: folder,
        stdio: 'ignore',
      },
    )
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Greetings')
}
