import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ToolRequest } from '#host-agent/agents/driver.ts'
import { buildOperation } from '#host-agent/approvals/operation.ts'
import { createFileHasher } from '#host-agent/files.ts'
import { readPlan } from '#host-agent/plan/read-plan.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { must } from '#test/support/trust-world.ts'
import { webCrypto } from '#trust/web-crypto.ts'

/** What the plan of these tests names: five files changed, one created, a folder deleted, two commands. */
export const block = {
  steps: ['Change the five', 'Remove the old ones', 'Run the tests'],
  modify: ['src/a.js', 'src/b.js', 'src/deep/c.js', 'test/a.test.js', 'README.md'],
  create: ['src/new.js'],
  delete: ['legacy'],
  run: ['npm test', 'node --test test/a.test.js'],
}

/** An agent's last words with a plan in them. */
export const wordsOf = (plan: unknown): string =>
  `This is what I would do.\n\n\`\`\`json\n${JSON.stringify(plan, null, 2)}\n\`\`\`\n`

/** What is in the project besides what the plan names. */
export const others = ['src/other.js', 'src/deep/other.js', 'test/b.test.js', 'package.json', 'docs/guide.md']

/** Puts the files of these tests into a folder. */
export function writePlannedFiles(project: string): void {
  for (const path of [...block.modify, ...others, 'legacy/one.js', 'legacy/deep/two.js', 'old/one.js']) {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    writeFileSync(join(project, path), path === 'package.json' ? manifest : `// ${path}\n`)
  }
  symlinkSync('src/other.js', join(project, 'link.js'))
}
const manifest =
  '{ "name": "planned", "private": true, "type": "module", "scripts": { "test": "node --test test/" } }\n'

export function createPlannedProject() {
  const project = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-plan-')))
  writePlannedFiles(project)
  symlinkSync('src/a.js', join(project, 'planned-link.js'))
  symlinkSync('/etc', join(project, 'outside'))
  const place = {
    crypto: webCrypto,
    hostId: `hst_${'A'.repeat(43)}`,
    project,
    salt: 's',
    known: [],
    hasher: createFileHasher(),
  }
  const operationOf = async (request: Partial<ToolRequest>): Promise<Operation> =>
    must(
      await buildOperation(
        {
          kind: 'command',
          driver: 'acp:custom',
          binding: 'fenced',
          input: {},
          command: null,
          edits: [],
          paths: [],
          reads: false,
          unknown: [],
          ...request,
        },
        place,
      ),
    )
  return {
    project,
    operationOf,
    edit: (path: string, text = 'changed\n') =>
      operationOf({ kind: 'edit', edits: [{ path: join(project, path), oldText: null, newText: text }] }),
    remove: (path: string) => operationOf({ kind: 'delete', paths: [join(project, path)] }),
    command: (line: string, cwd?: string) =>
      operationOf({ command: line, input: { command: line }, ...(cwd === undefined ? {} : { cwd }) }),
    plan: (words = wordsOf(block)) => operationOf({ kind: 'plan', plan: must(readPlan(words, project)) }),
    close: () => rmSync(project, { recursive: true }),
  }
}
