import { expect, test } from 'vitest'
import { roomOf } from './rooms.ts'
import { listCode, listFiles, parse, read, walk } from './sources.ts'

/** Words that mean nothing here beside the word of the glossary. Words with a second, honest meaning are not listed. */
const instead: Readonly<Record<string, string>> = {
  tenant: 'team',
  tenants: 'team',
  daemon: 'host agent',
  backend: 'relay',
  mailbox: 'inbox',
  dao: 'repository',
  taskstatus: 'task state',
  approvalstatus: 'approval state',
  jobid: 'task id',
  orgid: 'team id',
  workspaceid: 'team id',
}

const product = listCode().filter((path) => roomOf(path)?.isProduct !== false)

/** The words of an identifier, and its neighbouring pairs: `getTaskStatus` has `task`, `status` and `taskstatus`. */
function wordsOf(identifier: string): string[] {
  const words = identifier.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g)?.map((word) => word.toLowerCase()) ?? []
  return [...words, ...words.slice(1).map((word, index) => `${words[index]}${word}`)]
}

function misnamed(path: string, text?: string): string[] {
  const found = new Set<string>()
  // Names only: a policy rightly knows the command `systemctl daemon-reload`, and ARIA the role `alert`.
  for (const node of walk(parse(path, text).program)) {
    if (!/^(JSX|Private)?Identifier$/.test(node.type) || typeof node.name !== 'string') continue
    for (const word of wordsOf(node.name)) {
      if (Object.hasOwn(instead, word)) found.add(`${path}: ${node.name}: say ${instead[word]}`)
    }
  }
  return [...found]
}

test('product code uses the words of the glossary', () => {
  expect(product.flatMap((path) => misnamed(path))).toEqual([])
})

test('a word is found in any part of a name, and not in text', () => {
  expect(misnamed('a.ts', 'const getTenantId = 1')).toEqual(['a.ts: getTenantId: say team'])
  expect(misnamed('a.ts', 'const x = { taskStatus: 1 }')).toEqual(['a.ts: taskStatus: say task state'])
  expect(misnamed('a.ts', "const taskState = 'systemctl daemon-reload'")).toEqual([])
})

test('nothing is left for later: what is missing is an issue', () => {
  const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X'.repeat(3)].join('|')})\\b`)
  expect(listCode().filter((path) => marks.test(read(path)))).toEqual([])
})

test('nothing refers to what stands outside of a clone', () => {
  const outside = /\.\.\/shared\/(design|reference|hooks)\b|\/work\/(main|shared)\b|\/tmp\/plan\b/
  const text = listFiles().filter((path) => /\.([cm]?[jt]sx?|json|md|ya?ml|html|css|sh)$/.test(path))
  expect(text.filter((path) => !path.startsWith('test/architecture/') && outside.test(read(path)))).toEqual([])
})
