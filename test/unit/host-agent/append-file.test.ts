import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openAppendFile } from '#host-agent/journal/append-file.ts'
import { createDisk } from '#host-agent/journal/disk.ts'
import { systemClock } from '#link/clock.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-append-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('what was appended before it is closed is kept; what comes after is never said to be', async () => {
  const path = join(folder, 'lines')
  const file = await openAppendFile(
    path,
    0,
    createDisk(systemClock, () => {}),
  )
  const kept: string[] = []
  const append = (line: string) => void file.append(`${line}\n`).then(() => kept.push(line))
  append('one')
  const closed = file.close()
  append('two')
  await closed
  append('three')
  await new Promise((later) => setTimeout(later, 20))
  expect(kept).toEqual(['one', 'two'])
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n')
})
