import type { AgentEvent } from '../agents/driver.ts'
import { readReport } from './read-report.ts'
import type { ReportFiles } from './report-files.ts'
import type { TestRun } from './test-run.ts'
import { type TestsEvent, testsEvent } from './tests-event.ts'

/** Characters of one command's output in which its report is looked for (at most twice as many are held), and outputs that are held at once. */
const outputChars = 1_000_000
const outputsMost = 10

export type SessionTests = {
  /** What the agent tells of its commands: a report in their output is told. */
  hear(event: AgentEvent): void
  /** When all that was heard has been read, and the files have been looked at once more. */
  settled(): Promise<void>
  /** From here on it is the host that runs commands, once what the agent ran has been read. */
  handOver(): Promise<void>
  /** Whose run was told last; null: nobody's. */
  toldBy(): 'agent' | 'host' | null
}

/** The test reports of one session, from what its commands print and from the files they write, each with what changed since the one before. */
export function sessionTests(files: Promise<ReportFiles>, tell: (event: TestsEvent) => void): SessionTests {
  const outputs = new Map<string, { text: string; isCut: boolean }>()
  let by: 'agent' | 'host' = 'agent'
  let last: { run: TestRun; by: 'agent' | 'host' } | null = null
  let ended: string[] = []
  let reading: Promise<void> = Promise.resolve()

  function keep(key: string, text: string): void {
    const output = outputs.get(key) ?? { text: '', isCut: false }
    output.text += text
    // The end says most: it is what is kept.
    if (output.text.length > 2 * outputChars) outputs.set(key, { text: output.text.slice(-outputChars), isCut: true })
    else outputs.set(key, output)
    if (outputs.size > outputsMost) outputs.delete(outputs.keys().next().value as string)
  }

  function take(run: TestRun, from: 'output' | 'file'): void {
    // A file mostly tells what the output of the command that wrote it has told.
    if (from === 'file' && last?.by === by && isSame(last.run, run)) return
    tell(testsEvent(run, last?.run ?? null, by))
    last = { run, by }
  }

  async function read(key: string): Promise<void> {
    const output = outputs.get(key)
    outputs.delete(key)
    if (output) {
      const { text, isCut } = output
      const run = await readReport(text.slice(-outputChars), isCut || text.length > outputChars)
      if (run) take(run, 'output')
    }
  }

  /** All calls that ended meanwhile, with one look at the files: an agent may end thousands in a second. */
  async function readEnded(): Promise<void> {
    const keys = ended
    ended = []
    if (keys.length === 0) return
    for (const key of keys) await read(key)
    await look()
  }

  async function look(): Promise<void> {
    for (const run of await (await files).look()) take(run, 'file')
  }

  function settled(): Promise<void> {
    reading = reading.then(look)
    return reading
  }

  return {
    hear(event) {
      if (event.type === 'output') keep(event.key, event.text)
      else if (event.type === 'tool' && (event.status === 'completed' || event.status === 'failed')) {
        ended.push(event.key)
        // An agent tells the output with the end of its call, in either order.
        reading = reading.then(readEnded)
      }
    },
    settled,
    async handOver() {
      await settled()
      by = 'host'
    },
    toldBy: () => last?.by ?? null,
  }
}

const isSame = (a: TestRun, b: TestRun): boolean =>
  a.passed === b.passed && a.failed === b.failed && a.skipped === b.skipped
