import { expect, test } from 'vitest'
import { saysRefused, violationsIn } from '#host-agent/sandbox/words.ts'

const codes = (words: string, capsMemory = true) => violationsIn(words, { capsMemory }).map(({ code }) => code)

test.each([
  'Out of memory!\npanic: fold_constants',
  'RangeError [ERR_MEMORY_ALLOCATION_FAILED]: Failed to allocate memory',
  'MemoryError',
  "terminate called after throwing an instance of 'std::bad_alloc'",
  'sh: fork: Cannot allocate memory',
])('memory beyond the cap: %s', (words) => {
  expect(codes(words)).toEqual(['sandbox_memory_exceeded'])
  expect(codes(words, false)).toEqual([])
})

test.each([
  ['ssh: Could not resolve hostname github.com: Name or service not known', 'github.com'],
  ['curl: (6) Could not resolve host: example.org', 'example.org'],
  ["fatal: unable to access 'https://x/': Could not resolve host: x.example", 'x.example'],
  ['Error: getaddrinfo EAI_AGAIN db.internal', 'db.internal'],
  ['wget: unable to resolve host address ‘example.org’', 'example.org'],
  ['ping: example.org: Temporary failure in name resolution', 'Temporary failure in name resolution'],
])('a name that was asked for past the proxy: %s', (words, detail) => {
  expect(violationsIn(words, { capsMemory: true })).toEqual([{ code: 'sandbox_names_blocked', detail }])
})

test('other failures are nobody’s but the program’s own', () => {
  expect(codes('AssertionError: expected 1 to be 2')).toEqual([])
  expect(codes('fatal: not a git repository')).toEqual([])
  expect(saysRefused('mount: Operation not permitted')).toBe(true)
  expect(saysRefused('no such file or directory')).toBe(false)
})
