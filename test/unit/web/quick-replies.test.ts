import { expect, test } from 'vitest'
import { repliesFor } from '#web/app/model/quick-replies.ts'
import { addBatches, emptyLog } from '#web/app/model/task-log.ts'

const after = (text: string) =>
  repliesFor(addBatches(emptyLog, [{ seq: 1, events: [{ type: 'message', at: 1, role: 'agent', text }] }]).items)

test('a question is answered, anything else is followed up', () => {
  expect(after('Shall I delete the folder?')).toContain('Yes, do that.')
  expect(after('要删除这个文件夹吗？')).toContain('Yes, do that.')
  expect(after('Done.')).toContain('Run the tests.')
})
