import { basename, dirname, join } from 'node:path'
import type { Operation, TouchedFile } from '#protocol/statements/operation.ts'
import { tooLong } from '../policy/tiers.ts'

/** Whether an operation is one that an approved plan names, or has to be asked for by itself. */
export type PlanVerdict = 'planned' | 'deviates'

/** What is of this tier is asked for when it comes, whatever was planned: its approvals are for once. */
export const askedAnyway = 3

/**
 * Judges an operation that an agent asks for against the operation of kind `plan` that people have approved. Planned is a command of exactly the words of one of
 * the plan's, in its folder; and a change of files of which every one is in the plan by its real path and in that way. `realPath` follows links as far as a path exists.
 * Whatever is not known (a command of several parts, an edit whose result is not known, a tool of another kind) deviates.
 */
export function judgeOperation(
  operation: Operation,
  approved: Operation,
  realPath: (path: string) => string,
): PlanVerdict {
  const { kind, files, tier, driver } = operation
  if (!approved.plan || tier >= askedAnyway || driver !== approved.driver) return 'deviates'
  const changes = files.filter(({ change }) => change !== 'read')
  const planned = new Map(approved.files.map((file) => [file.path, file]))
  const fits = (file: TouchedFile) => covers(planned.get(changedPath(file, realPath)), file)
  if (!changes.every(fits)) return 'deviates'
  if (kind === 'command') return isPlannedCommand(operation, approved) ? 'planned' : 'deviates'
  return (kind === 'edit' || kind === 'delete') && changes.length > 0 && isKnown(operation) ? 'planned' : 'deviates'
}

/** What a change at this path really changes: of a link, a deletion takes the link, everything else what it leads to. */
export const changedPath = (
  { path, change }: Pick<TouchedFile, 'path' | 'change'>,
  realPath: (path: string) => string,
): string => (change === 'delete' ? join(realPath(dirname(path)), basename(path)) : realPath(path))

/**
 * What was to be created may be written more than once: against what was there when the plan was approved it is still created. What was to be deleted has to be what it
 * was then.
 */
function covers(planned: TouchedFile | undefined, { change, before }: TouchedFile): boolean {
  if (planned?.change !== change) return planned?.change === 'create' && change === 'modify'
  return change !== 'delete' || planned.before === before
}

function isPlannedCommand({ argv, tier, cwd, hosts, uninspectable, secrets }: Operation, approved: Operation): boolean {
  // A placeholder stands for any secret: two commands that differ in theirs would look the same.
  if (argv === null || uninspectable.length > 0 || secrets.length > 0 || tier > approved.tier) return false
  const inFolder = cwd.path === approved.cwd.path && cwd.dev === approved.cwd.dev && cwd.ino === approved.cwd.ino
  const isOneOf = approved.plan?.commands.some((words) => isEqual(words, argv)) === true
  return inFolder && isOneOf && hosts.every((host) => approved.hosts.includes(host))
}

/** An edit that names files and not what becomes of them may do anything to them. What it writes is not looked at: these files were approved, whatever is in them. */
function isKnown({ kind, command, files, uninspectable }: Operation): boolean {
  if (command !== null || !uninspectable.every((what) => what === tooLong)) return false
  return files.every(({ change, after }) => change !== 'read' && (kind === 'delete' || after !== undefined))
}

const isEqual = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, at) => word === b[at])
