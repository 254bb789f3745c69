// Run as `node on-small-disk.ts make|apply FOLDER`, where FOLDER is a small disk: what becomes of a task's worktree when there is no more room.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyWork } from '#host-agent/worktree/apply-work.ts'
import { makeWorktree } from '#host-agent/worktree/make-worktree.ts'
import { createDemoProject } from '#test/support/agents/demo-project.ts'
import { git, stateOf } from './repository.ts'

const [what = '', disk = '', free = ''] = process.argv.slice(2)
const path = process.env.PATH ?? ''
/** Git keeps it in a few kilobytes; written out it is larger than the disk. Of zeros git would make a hole. */
const large = Buffer.alloc(8 * 1024 ** 2, 1)
const isMade = what === 'make'
const top = join(isMade ? free : disk, 'project')
const root = join(isMade ? disk : free, 'worktrees/short/project')
mkdirSync(top)
createDemoProject(top)
if (isMade) {
  writeFileSync(join(top, 'large.bin'), large)
  git(top, 'add', '--all')
  git(top, 'commit', '--quiet', '--message', 'Large')
}
const before = stateOf(top)
const facts = { top, root, project: root, branch: 'countersign/short', base: git(top, 'rev-parse', 'HEAD') }
const made = await makeWorktree(facts, path)
if (isMade) print(made, stateOf(top), before)
else {
  writeFileSync(join(root, 'src/greet.js'), 'changed\n')
  writeFileSync(join(root, 'large.bin'), large)
  const apart = stateOf(top)
  const applied = await applyWork(facts, join(free, 'ending'), path)
  print(
    applied,
    { ...stateOf(top), greet: readFileSync(join(top, 'src/greet.js'), 'utf8') },
    { ...apart, greet: "export const greet = () => 'hello'\n" },
  )
}

function print(result: unknown, after: object, wanted: object): void {
  process.stdout.write(JSON.stringify({ result, after, wanted }))
}
