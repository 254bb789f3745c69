import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { mergeRuns } from './merge-runs.ts'
import { readInside } from './read-inside.ts'
import { readReport, reportCharsMost } from './read-report.ts'
import type { TestRun } from './test-run.ts'

/** Where tools write their reports, and which names in there are reports; the project's own folder has many other files. */
const places: readonly { folder: string; names: RegExp }[] = [
  { folder: '.', names: /^(?:junit|tests?|test-?results?|test-?reports?|results|report|TEST-.+)\.(?:xml|json|tap)$/i },
  ...[
    'test-results',
    'test-reports',
    'reports',
    'junit',
    'build/test-results/test',
    'target/surefire-reports',
    '.vitest/json',
    '.vitest/junit',
  ].map((folder) => ({ folder, names: /\.(?:xml|json|tap)$/i })),
]
/** Files looked at in one folder: Java's tools write one for each class. */
const filesMost = 200

export type ReportFiles = {
  /** The runs that files tell of which were written since the last look; all of one folder are one run. */
  look(): Promise<TestRun[]>
}

/** The test reports in a project's folder that are written from now on. */
export async function openReportFiles(project: string): Promise<ReportFiles> {
  const seen = new Map<string, string>()

  /** Names and not contents: of most files nothing more is ever needed. */
  async function written({ folder, names }: (typeof places)[number]): Promise<string[]> {
    const entries = await readdir(join(project, folder), { withFileTypes: true }).catch(() => [])
    const found = entries.filter((entry) => entry.isFile() && names.test(entry.name)).slice(0, filesMost)
    const fresh: string[] = []
    for (const { name } of found) {
      const path = join(project, folder, name)
      const facts = await stat(path, { bigint: true }).catch(() => null)
      const mark = facts ? `${facts.mtimeNs} ${facts.size} ${facts.ino}` : ''
      if (mark !== '' && seen.get(path) !== mark) fresh.push(path)
      seen.set(path, mark)
    }
    return fresh
  }

  for (const place of places) await written(place)
  return {
    async look() {
      const runs: TestRun[] = []
      for (const place of places) {
        const inFolder: TestRun[] = []
        for (const path of await written(place)) {
          const content = await readInside(path, project, reportCharsMost)
          const run = content && (await readReport(content.toString('utf8')))
          if (run) inFolder.push(run)
        }
        const run = mergeRuns(inFolder)
        if (run) runs.push(run)
      }
      return runs
    },
  }
}
