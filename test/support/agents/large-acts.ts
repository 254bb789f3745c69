import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Step } from './acts.ts'

/** What the act `large` makes: a change as a long day leaves it, a file of a megabyte, and one of a single line. A key is in it, which no phone sees. */
export const large = {
  lines: ['many.js', 5_000],
  megabyte: 'megabyte.js',
  line: 'line.js',
  secret: 'ghp_largeabcdefghijklmnopqrstuvwxyz012345',
} as const

const line = (n: number) => `export const value${n} = compute('${n}', { deep: [${n}, true] }) // of many\n`

export const largeFiles: Readonly<Record<string, string>> = {
  [large.lines[0]]:
    `${Array.from({ length: large.lines[1] - 1 }, (_, n) => line(n)).join('')}const key = '${large.secret}'\n`,
  [large.megabyte]: Array.from({ length: 14_500 }, (_, n) => line(n)).join(''),
  [large.line]: `${'x=1;'.repeat(262_144)}\n`,
}

/** Writes files without asking, as agents do in their accept-edits modes, and tells of it. */
const write =
  (files: Readonly<Record<string, string | Uint8Array>>): Step =>
  async ({ cwd, update }) => {
    for (const [path, content] of Object.entries(files)) {
      const toolCallId = `write-${path}`
      const title = `Write ${path}`
      await update({ sessionUpdate: 'tool_call', toolCallId, title, kind: 'edit', status: 'in_progress' })
      writeFileSync(join(cwd, path), content)
      await update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed' })
    }
  }

/** A command that writes more than a log takes, with a key just where it is cut. */
const chatter: Step = async ({ update }) => {
  const toolCallId = 'build'
  const tell = (data: string) =>
    update({ sessionUpdate: 'tool_call_update', toolCallId, _meta: { terminal_output_delta: { data } } })
  await update({
    sessionUpdate: 'tool_call',
    toolCallId,
    title: 'npm run build',
    kind: 'execute',
    status: 'in_progress',
  })
  const line = `${'building '.repeat(11)}\n`
  await tell(line.repeat(9_999))
  await tell(`\n${'x'.repeat(90)} TOKEN=${large.secret}\n`)
  await tell(`${line.repeat(3_000)}\u001b[32mbuilt\u001b[0m\n`)
  await update({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed' })
}

export const largeActs: Readonly<Record<string, readonly Step[]>> = {
  chatter: [chatter],
  large: [write(largeFiles)],
  ...Object.fromEntries(
    Object.entries(largeFiles).map(([path, content]) => [`large-${path.split('.')[0]}`, [write({ [path]: content })]]),
  ),
  /** So many files that none is open at first, each longer than a screen. */
  'eight-files': [
    write(
      Object.fromEntries(
        Array.from({ length: 8 }, (_, file) => [
          `part-${file}.js`,
          Array.from({ length: 400 }, (_, n) => line(n)).join(''),
        ]),
      ),
    ),
  ],
  /** More changed files than one event has room for. */
  'many-files': [
    write(Object.fromEntries(Array.from({ length: 290 }, (_, n) => [`${'long-name-'.repeat(12)}${n}.txt`, `${n}\n`]))),
  ],
}
