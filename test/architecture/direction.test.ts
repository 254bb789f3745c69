import { isBuiltin } from 'node:module'
import { expect, test } from 'vitest'
import { exempt, refuseImport, roomOf } from './rooms.ts'
import { importsOf, listCode, targetOf } from './sources.ts'

const files = listCode().filter((path) => !(path in exempt))

/** Each forbidden import of a file, as a sentence. */
function judge(path: string, text?: string): string[] {
  const room = roomOf(path)
  return importsOf(path, text).flatMap(({ specifier }) => {
    if (specifier === null) {
      return room?.isProduct === false ? [] : [`${path}: an import whose target is computed can't be judged; name it`]
    }
    if (room?.noNode && isBuiltin(specifier))
      return [`${path}: imports ${specifier}, but ${room.room} also runs in browsers`]
    const target = targetOf(path, specifier)
    const reason = target === null ? null : refuseImport(path, target)
    return reason ? [`${path}: must not import ${specifier}; ${reason}`] : []
  })
}

test('every source file is in a room', () => {
  expect(files.filter((path) => !roomOf(path))).toEqual([])
})

test('rooms import only what they may', () => {
  expect(files.flatMap((path) => judge(path))).toEqual([])
})

test('zod is imported as a namespace: named, it would put 444 kB into a Lambda bundle', () => {
  const named = files.filter((path) =>
    importsOf(path).some(({ specifier, names }) => specifier?.match(/^zod(\/|$)/) && names.includes('z')),
  )
  expect(named).toEqual([])
})

test.each([
  ['protocol/a.ts', "import { b } from '#trust/b.ts'"],
  ['trust/a.ts', "import '#link/b.ts'"],
  ['trust/a.ts', "import { readFile } from 'node:fs'"],
  ['trust/a.ts', "import { readFile } from 'fs/promises'"],
  ['link/a.ts', "export * from './node/b.ts'"],
  ['client/a.ts', "export { b } from '../host-agent/b.ts'"],
  ['client/a.ts', "const b = await import('#link/node/b.ts')"],
  ['web/views/a.tsx', "type B = import('#functions/domain/b.ts').B"],
  ['web/a.ts', "import { join } from 'node:path'"],
  ['host-agent/a.ts', "import '#client/b.ts'"],
  ['host-agent/a.ts', "import type { B } from '#functions/domain/b.ts'"],
  ['functions/domain/a.ts', "import type { B } from '../ports/b.ts'"],
  ['functions/handlers/a.ts', "import '../adapters/dynamodb/b.ts'"],
  ['functions/handlers/a.ts', "import '../main/b.ts'"],
  ['functions/adapters/a.ts', "import '#trust/b.ts'"],
  ['functions/app.ts', "import './adapters/b.ts'"],
  ['infra/a.ts', "import '#functions/app.ts'"],
  ['infra/a.ts', 'import(`#functions/app.ts`)'],
  ['cli/a.ts', "import '#functions/app.ts'"],
  ['local/a.ts', "import '#test/support/b.ts'"],
  ['scripts/a.ts', "import '../test/support/b.ts'"],
  ['cli/a.ts', "import '../../elsewhere/b.ts'"],
  ['cli/a.ts', "const b = require('/elsewhere/b.ts')"],
])('%s is refused: %s', (path, text) => {
  expect(judge(path, text)).toHaveLength(1)
})

test.each([
  ['trust/a.ts', "import '#protocol/b.ts'"],
  ['link/node/a.ts', "import 'node:fs'; import '../b.ts'"],
  ['web/views/a.tsx', "import { b } from '#client/b.ts'; import 'preact'; import './a.css'"],
  ['functions/handlers/a.ts', "import '../ports/b.ts'; import '../errors.ts'; import './c.ts'"],
  ['functions/main/a.ts', "import '../adapters/dynamodb/b.ts'; import '../app.ts'"],
  ['infra/a.ts', "import '#functions/routes.ts'; import '#protocol/limits.ts'"],
  ['test/e2e/a.ts', "import '#functions/app.ts'; import '../support/b.ts'"],
])('%s is allowed: %s', (path, text) => {
  expect(judge(path, text)).toEqual([])
})

test('a folder that no rule knows is in no room', () => {
  expect(roomOf('functions/helpers/a.ts')).toBeUndefined()
  expect(roomOf('utils/a.ts')).toBeUndefined()
  expect(roomOf('functions/app.ts')?.room).toBe('functions')
})
