import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { roomOf } from './rooms.ts'
import { listCode, listFiles, read } from './sources.ts'

const long = 250
const tooLong = 400

const linesOf = (path: string) => read(path).split('\n').length - 1

test('files are named in kebab-case', () => {
  const inRooms = listFiles().filter((path) => path.includes('/') && !/^[A-Z]+\.md$/.test(basename(path)))
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/
  expect(inRooms.filter((path) => !path.split('/').every((part) => kebab.test(part)))).toEqual([])
})

test(`no product file has more than ${tooLong} lines: one verb, one file`, ({ annotate }) => {
  const sizes = listCode()
    .filter((path) => roomOf(path)?.isProduct !== false)
    .map((path) => ({ path, lines: linesOf(path) }))
    .filter(({ lines }) => lines > long)
  expect(sizes.filter(({ lines }) => lines > tooLong)).toEqual([])
  return Promise.all(sizes.map(({ path, lines }) => annotate(`${path} has ${lines} lines (over ${long})`)))
})
