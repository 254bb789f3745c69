import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SeededSecret } from '../secrets.ts'
import type { Step } from './acts.ts'

const together = 40

function read(cwd: string): { corpus: SeededSecret[]; known: string; parts: SeededSecret[][] } {
  const { corpus, known } = JSON.parse(readFileSync(join(cwd, 'corpus.json'), 'utf8')) as {
    corpus: SeededSecret[]
    known: string
  }
  const parts: SeededSecret[][] = []
  for (let at = 0; at < corpus.length; at += together) parts.push(corpus.slice(at, at + together))
  return { corpus, known, parts }
}

/** Asks for commands and files that hold secrets, prints more of them, and talks about them in small pieces. */
const tell: Step = async ({ cwd, update, permit, say }) => {
  const { known, parts } = read(cwd)
  for (const [n, some] of parts.entries()) {
    const command = `${some.map((each) => each.command).join(' ; ')} ; echo ${known}`
    const rawInput = { command, description: some[0]?.output }
    const toolCallId = `command-${n}`
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
    const path = join(cwd, `written-${n}.txt`)
    const newText = some.map((each) => each.file).join('\n')
    await permit({
      toolCallId: `write-${n}`,
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

/** Writes every secret into files that nobody was asked about, some of them named by one, and says that it is done. */
const write: Step = async ({ cwd, update }) => {
  const { known, parts, corpus } = read(cwd)
  mkdirSync(join(cwd, 'spilled'))
  for (const [n, some] of parts.entries())
    writeFileSync(join(cwd, 'spilled', `${n}.txt`), `${some.map(({ file }) => file).join('\n')}\n${known}\n`)
  for (const form of new Set(corpus.map(({ form }) => form))) {
    const { secret = '' } = corpus.find((each) => each.form === form) ?? {}
    // Only what is a secret wherever it stands has a form of its own in a name.
    if (/^(ghp_|glpat-|npm_|hf_|dop_v1_|AKIA)/.test(secret)) writeFileSync(join(cwd, `${secret}.txt`), 'named\n')
  }
  await update({ sessionUpdate: 'tool_call', toolCallId: 'spill', title: 'Spill', kind: 'edit', status: 'completed' })
}

const xml = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** Test reports whose names and messages hold secrets, printed one after the other and written at the end. */
const report: Step = async ({ cwd, update, permit }) => {
  const { corpus } = read(cwd)
  const reportOf = (some: readonly SeededSecret[]) => {
    const failing = some.map(
      ({ form, file, output }, n) =>
        `<testcase classname="${form}" name="${n} ${xml(output)}"><failure message="${xml(file)}">${xml(output)}</failure></testcase>`,
    )
    return `<?xml version="1.0"?>\n<testsuites><testsuite name="s" tests="${some.length}">${failing.join('')}</testsuite></testsuites>`
  }
  for (let at = 0; at < corpus.length; at += 5) {
    const toolCallId = `tests-${at}`
    const rawOutput = reportOf(corpus.slice(at, at + 5))
    const call = { toolCallId, title: 'npm test', kind: 'execute' } as const
    await update({ ...call, sessionUpdate: 'tool_call', status: 'in_progress' })
    await update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed', rawOutput })
    // Answered when what came before it is heard: no report overtakes another.
    await permit({
      toolCallId: `read-${at}`,
      title: 'Read',
      kind: 'read',
      locations: [{ path: join(cwd, 'package.json') }],
    })
  }
  writeFileSync(join(cwd, 'test-results.xml'), reportOf(corpus.slice(-20)))
  await update({
    sessionUpdate: 'tool_call',
    toolCallId: 'last',
    title: 'npm test',
    kind: 'execute',
    status: 'completed',
  })
}

export const corpusActs: Readonly<Record<string, readonly Step[]>> = {
  corpus: [tell],
  'corpus-files': [write],
  'corpus-reports': [report],
}
