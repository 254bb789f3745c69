import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDisk } from '#host-agent/journal/disk.ts'
import { openJournal } from '#host-agent/journal/journal.ts'
import type { JournalEntry } from '#host-agent/journal/journal-entry.ts'
import { readJournal } from '#host-agent/journal/journal-reader.ts'
import { systemClock } from '#link/clock.ts'
import { newId } from '#protocol/ids.ts'

const disk = createDisk(systemClock, () => {})
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = () => join(folder, 'journal.jsonl')
const state = (n: number): JournalEntry => ({ type: 'state', taskId: newId('tsk', n), state: 'working' })

async function journalWith(count: number): Promise<void> {
  const opened = await openJournal(path(), systemClock, disk)
  if (!opened.ok) throw new Error(opened.code)
  await Promise.all(Array.from({ length: count }, (_, n) => opened.value.journal.append(state(n))))
  await opened.value.journal.close()
}

test('entries are read back in the order in which they were appended, also across restarts', async () => {
  await journalWith(20)
  await journalWith(5)
  const opened = await openJournal(path(), systemClock, disk)
  expect(opened).toMatchObject({ ok: true, value: { torn: 0 } })
  if (!opened.ok) return
  expect(opened.value.lines.map(({ n }) => n)).toEqual(Array.from({ length: 25 }, (_, n) => n))
  await opened.value.journal.close()
  expect(statSync(path()).mode & 0o777).toBe(0o600)
})

test('a line torn by a crash is cut off at every possible place, and the journal goes on', async () => {
  await journalWith(3)
  const whole = readFileSync(path())
  const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1
  for (let cut = lastLine + 1; cut < whole.length; cut += 7) {
    writeFileSync(path(), whole.subarray(0, cut))
    const opened = await openJournal(path(), systemClock, disk)
    expect(opened).toMatchObject({ ok: true, value: { torn: cut - lastLine } })
    if (!opened.ok) return
    expect(opened.value.lines).toHaveLength(2)
    await opened.value.journal.append(state(9))
    await opened.value.journal.close()
    expect(readJournal(readFileSync(path()))).toMatchObject({ ok: true, value: { lines: { length: 3 } } })
  }
})

test('an edit, a deletion, a reorder, a repeat or a line of another kind anywhere is damage, and is told by its line', async () => {
  await journalWith(4)
  const lines = readFileSync(path(), 'utf8').trimEnd().split('\n') as [string, string, string, string]
  const [a, b, c, d] = lines
  const damaged = {
    edited: [a, b.replace('working', 'completed'), c, d],
    deleted: [a, c, d],
    'first deleted': [b, c, d],
    reordered: [a, c, b, d],
    repeated: [a, b, b, c, d],
    foreign: [a, '{}', c, d],
    'empty line': [a, '', b, c, d],
    'unknown kind': [a, b.replace('"state"', '"stat"'), c, d],
    'unknown field': [a, b.replace('"type"', '"x":1,"type"'), c, d],
  }
  for (const [name, content] of Object.entries(damaged)) {
    const read = readJournal(Buffer.from(`${content.join('\n')}\n`))
    expect({ name, read }).toMatchObject({
      read: { ok: false, code: 'journal_damaged', detail: expect.stringMatching(/^line \d+$/) },
    })
  }
})

test('a damaged journal is not opened and not touched', async () => {
  await journalWith(2)
  appendFileSync(path(), 'garbage\n')
  const before = readFileSync(path())
  expect(await openJournal(path(), systemClock, disk)).toMatchObject({
    ok: false,
    code: 'journal_damaged',
    detail: 'line 3',
  })
  expect(readFileSync(path())).toEqual(before)
})

test('whatever bytes are in the file, reading ends in whole lines or in journal_damaged', async () => {
  await journalWith(3)
  const whole = readFileSync(path())
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(whole.length), fc.nat(40), (noise, at, over) => {
      const bytes = Buffer.concat([whole.subarray(0, at), noise, whole.subarray(Math.min(at + over, whole.length))])
      const read = readJournal(bytes)
      if (!read.ok) expect(read.code).toBe('journal_damaged')
      else expect(read.value.bytes).toBe(bytes.lastIndexOf(10) + 1)
    }),
    { numRuns: 5_000 },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 500 }),
        fc.json().map((text) => Buffer.from(`${text}\n`)),
      ),
      (bytes) => {
        const read = readJournal(bytes)
        if (read.ok) expect(read.value.lines).toEqual([])
        else expect(read.code).toBe('journal_damaged')
      },
    ),
    { numRuns: 5_000 },
  )
})
