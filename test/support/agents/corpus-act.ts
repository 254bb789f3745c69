import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SeededSecret } from '../secrets.ts'
import type { Step } from './acts.ts'

const together = 40

/** Asks for commands and files that hold secrets, prints more of them, and talks about them in small pieces. */
export const tellCorpus: Step = async ({ cwd, update, permit, say }) => {
  const { corpus, known } = JSON.parse(readFileSync(join(cwd, 'corpus.json'), 'utf8')) as {
    corpus: SeededSecret[]
    known: string
  }
  for (let at = 0; at < corpus.length; at += together) {
    const some = corpus.slice(at, at + together)
    const command = `${some.map((each) => each.command).join(' ; ')} ; echo ${known}`
    const rawInput = { command, description: some[0]?.output }
    const toolCallId = `command-${at}`
    await update({
      sessionUpdate: 'tool_call',
      toolCallId,
      title: command,
      kind: 'execute',
      status: 'pending',
      rawInput,
    })
    await permit({ toolCallId, title: command, kind: 'execute', status: 'pending', rawInput })
    const rawOutput = some.map((each) => each.output).join('\n')
    await update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'failed', rawOutput })
    const path = join(cwd, `written-${at}.txt`)
    const newText = some.map((each) => each.file).join('\n')
    await permit({
      toolCallId: `write-${at}`,
      title: `Write ${some[1]?.output}`,
      kind: 'edit',
      status: 'pending',
      locations: [{ path }],
      content: [{ type: 'diff', path, oldText: null, newText }],
    })
    const words = `${some.map((each) => each.output).join(' said the agent\n')} ${known}\n`
    for (let piece = 0; piece < words.length; piece += 37) await say(words.slice(piece, piece + 37))
  }
}
