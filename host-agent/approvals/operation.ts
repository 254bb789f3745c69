import { stat } from 'node:fs/promises'
import canonicalize from 'canonicalize'
import { ok, type Result, refused } from '#protocol/errors.ts'
import type { Form } from '#protocol/statements/form.ts'
import { Operation } from '#protocol/statements/operation.ts'
import type { CryptoPort } from '#trust/crypto.ts'
import type { ToolRequest } from '../agents/driver.ts'
import { type FileHasher, findProgram, hashText } from '../files.ts'
import { describePlan, plannedRisk } from '../plan/describe-plan.ts'
import { classifyCommand } from '../policy/classify-command.ts'
import { absolutePath, followLinks, placeOf } from '../policy/places.ts'
import { hidden, noRisk, type Risk, risk, tooLong, worse } from '../policy/tiers.ts'
import { createRedactor } from '../secrets/redact.ts'
import { secretForms } from '../secrets/secret-forms.ts'
import type { BudgetWish } from '../usage/budget.ts'
import { describeEdit } from './describe-edit.ts'
import { deletedFiles } from './touched-files.ts'
import type { WideningWish } from './widening-request.ts'

/** Characters of tool input that still fit a sealed approval; what is longer can't be shown whole. */
const shownInput = 6_000

export type OperationPlace = {
  crypto: CryptoPort
  hostId: string
  project: string
  salt: string
  /** Values that the host knows to be secret. */
  known: readonly string[]
  hasher: FileHasher
}

/**
 * Builds the operation from the tool's real input and the state of the disk at this moment: built again later, it is equal
 * only if nothing that was shown has changed. Secrets are replaced by placeholders and bound by commitments.
 * Errors: `operation_invalid` where it can't be described exactly, `project_invalid` where its folder is gone.
 */
export async function buildOperation(request: ToolRequest, place: OperationPlace): Promise<Result<Operation>> {
  const { project, hasher } = place
  const cwd = followLinks(absolutePath(request.cwd ?? project, project))
  const folder = await stat(cwd, { bigint: true }).catch(() => null)
  if (!folder?.isDirectory()) return refused('project_invalid', 'its folder does not exist')

  const { redact, redactValue, redactWords, redactPath, secrets } = createRedactor(place.salt, place.known, secretForms)
  let total: Risk = request.unknown.reduce((sum, what) => worse(sum, hidden(what)), noRisk)
  if (placeOf(cwd, project) === 'outside') total = worse(total, risk(3, 'Works outside of the project'))
  let argv: string[] | null = null
  if (request.command !== null) {
    const classified = classifyCommand(request.command, cwd, project)
    total = worse(total, classified.risk)
    argv = classified.argv
  }
  const described = await Promise.all(
    request.edits.map((edit) => describeEdit({ ...edit, path: absolutePath(edit.path, cwd) })),
  )
  if (described.some(({ fits }) => !fits))
    total = worse(total, risk(2, 'The change does not fit the file as it is now'))
  const planned = request.plan === undefined ? null : await describePlan(request.plan, cwd, project, hasher)
  if (planned) total = worse(total, planned.risk)
  const deleted = deletedPaths(request, argv, cwd)
  const named = request.paths
    .map((path) => absolutePath(path, cwd))
    .filter((path) => !described.some(({ file }) => file.path === path))
  const writes = request.kind === 'edit' || request.kind === 'delete' || request.widening?.open === 'write'
  const files = [
    ...described.map(({ file }) => file),
    ...(planned?.files ?? []),
    ...(await deletedFiles(deleted, hasher)),
    ...(await Promise.all(
      named
        .filter((path) => !deleted.includes(path))
        .map(async (path) => ({
          path,
          change: writes ? ('modify' as const) : ('read' as const),
          before: await hasher.hash(path),
        })),
    )),
  ].map(({ before, ...file }) => (before === undefined ? file : { ...file, before }))
  total = worse(total, kindRisk(request))
  for (const { path, change } of files) {
    const each = fileRisk(path, change, project)
    total = worse(total, planned ? plannedRisk(each) : each)
  }

  const input = redact(
    canonicalize(
      redactValue(request.edits.length > 0 ? { edits: described.map(({ hunk }) => hunk) } : request.input),
    ) ?? 'null',
  )
  if (input.length > shownInput) total = worse(total, hidden(tooLong))
  const executable = request.environment && argv ? await programOf(argv, request.environment, cwd, hasher) : null
  const form = request.form && (redactValue(request.form) as Form)
  // What a person chose could not be given back.
  if (form && !hasSameNames(form, request.form as Form)) return refused('operation_invalid', 'form')
  const operation = Operation.safeParse({
    v: 1,
    kind: request.kind,
    host: place.hostId,
    driver: request.driver,
    binding: request.binding,
    cwd: { path: redactPath(cwd), dev: String(folder.dev), ino: String(folder.ino) },
    input:
      input.length > shownInput
        ? `${input.slice(0, shownInput)}⟨${input.length - shownInput} more⟩ ${hashText(input)}`
        : input,
    command: request.command === null ? null : redact(request.command),
    argv: argv && redactWords(argv),
    executable,
    environment: request.environment ? hashText(canonicalize(request.environment) ?? '') : null,
    files: files.map((file) => ({ ...file, path: redactPath(file.path) })),
    hosts: total.hosts.map(redact),
    tier: total.tier,
    why: total.why.map((reason) => redact(reason).slice(0, 200)),
    uninspectable: total.uninspectable.map((reason) => redact(reason).slice(0, 200)),
    secrets: await secrets(place.crypto),
    ...(planned
      ? {
          plan: {
            steps: planned.plan.steps.map((step) => redact(step).slice(0, 500)),
            commands: planned.plan.commands.map(redactWords),
          },
        }
      : {}),
    ...(form ? { form } : {}),
  })
  return operation.success
    ? ok(operation.data)
    : refused('operation_invalid', operation.error.issues[0]?.path.join('.') ?? '')
}

/** Whether no secret stood in what names a field or one of its options. */
function hasSameNames(shown: Form, asked: Form): boolean {
  const names = ({ fields }: Form) =>
    JSON.stringify(
      fields.map((field) => [field.key, 'options' in field ? field.options.map(({ value }) => value) : []]),
    )
  return names(shown) === names(asked)
}

function kindRisk({ kind, command, edits, paths, reads, widening, plan, budget }: ToolRequest): Risk {
  if (budget) return budgetRisk(budget)
  switch (kind) {
    case 'edit':
      return edits.length > 0 ? risk(1, 'Changes files') : risk(2, 'Changes files in a way that only its input says')
    case 'delete':
      return paths.length > 0 ? risk(2, 'Deletes files') : hidden('What is deleted is not named')
    case 'fetch':
      return risk(2, 'Uses the network')
    case 'sandbox':
      return widening ? wideningRisk(widening) : hidden('What of the sandbox changes is not said')
    case 'plan':
      return plan ? risk(2, 'All of it runs without another question') : risk(1, 'Lets the agent begin with its plan')
    case 'question':
      return risk(1, 'The agent waits for an answer of yours, and is told it')
    case 'gate':
      return risk(1, 'A script waits for this command')
    case 'command':
      return command === null ? hidden('The agent does not say which command') : noRisk
    default:
      return reads ? noRisk : risk(2, 'Uses a tool whose effects are not known')
  }
}

function budgetRisk({ budget, spent, limit, widenBy }: BudgetWish): Risk {
  const dollars = (micros: number) => `${(micros / 1_000_000).toFixed(4)} USD`
  const whose = budget === 'task' ? 'This task has' : 'All tasks of today have'
  return risk(2, `${whose} used ${dollars(spent)} of ${dollars(limit)}; this allows ${dollars(widenBy)} more`)
}

function wideningRisk(widening: WideningWish): Risk {
  if (widening.open === 'all')
    return risk(3, 'Runs this command once without the sandbox: it may do all that the user of the host agent may')
  if (widening.open !== 'host') return risk(2, `Lets the sandbox ${widening.open} this path until the session ends`)
  const { host, port, isGuarded } = widening
  const what = `Lets the sandbox reach port ${port} of this host until the session ends`
  return { ...risk(isGuarded ? 3 : 2, isGuarded ? `${what}: SSH or a database` : what), hosts: [host] }
}

function fileRisk(path: string, change: string, project: string): Risk {
  const place = placeOf(path, project)
  if (place === 'project') return change === 'delete' ? risk(2, 'Deletes files') : noRisk
  if (change === 'read') return place === 'outside' ? risk(2, 'Reads outside of the project') : noRisk
  return place === 'outside' ? risk(3, 'Writes outside of the project') : risk(3, 'Changes what other programs obey')
}

/** What `rm` and its like name, and what a deleting tool names. */
export function deletedPaths({ kind, paths }: ToolRequest, argv: string[] | null, cwd: string): string[] {
  const words =
    argv && /^(rm|rmdir|unlink)$/.test(argv[0] ?? '') ? argv.slice(1).filter((word) => !word.startsWith('-')) : []
  return [...(kind === 'delete' ? paths : []), ...words].map((path) => absolutePath(path, cwd))
}

async function programOf(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
  cwd: string,
  hasher: FileHasher,
): Promise<Operation['executable']> {
  const path = await findProgram(argv[0] ?? '', environment.PATH ?? '', cwd)
  const sha256 = path === null ? null : await hasher.hash(path)
  return path !== null && typeof sha256 === 'string' ? { path, sha256 } : null
}
