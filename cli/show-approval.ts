import { visible } from '#client/display.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import { kidOfHost } from '#protocol/ids.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { Form } from '#protocol/statements/form.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import { gestureFor } from '#trust/gesture.ts'
import { nameOf, type TeamNames } from './team-names.ts'

/** An approval as text: everything that was signed and can be read, nothing cut, every unseen character visible; the agent's own words apart. `now` by the relay's clock: a wrong one here must not call what waits expired. */
export function showApproval(card: ApprovalCard, { names, now }: { names: TeamNames; now: number }): string {
  const { approval, decision, receipt } = card
  const { operation } = approval
  const lines = [
    `${card.id}  ${card.state}  tier ${approval.tier}  ${approval.operation.binding}  ${timeLeft(approval.expiresAt - now)}`,
    `  ${operation.kind} asked by ${visible(operation.driver)} in ${visible(approval.project)}`,
    ...showOperation(operation, names).map((line) => `  ${line}`),
  ]
  const gesture = gestureFor(approval)
  if (gesture !== 'tap') lines.push(`  ${asks[gesture]}`)
  lines.push(...showQuorum(approval, names), ...showRule(approval))
  for (const { device, answer, reason } of card.decisions ?? [])
    lines.push(`  ${nameOf(names, device)} said ${answer}${reason ? `: “${visible(reason)}”` : ''}`)
  if (approval.agentWords) lines.push(`  the agent’s own words, not verified: “${visible(approval.agentWords)}”`)
  if (decision)
    lines.push(`  this device said ${decision.answer}: ${decision.state}${decision.code ? ` (${decision.code})` : ''}`)
  if (receipt) lines.push(`  the host’s receipt: ${receipt.outcome}`)
  return lines.join('\n')
}

function showQuorum({ quorum, steps = [] }: Approval, names: TeamNames): string[] {
  const { persons, groups = [], without } = quorum
  return [
    ...(persons > 1 ? [`  needs ${persons} persons`] : []),
    ...groups.map(({ name }) => `  needs somebody of ${visible(name)}`),
    ...(without === undefined ? [] : [`  not by ${nameOf(names, without)}, who asked for the work`]),
    ...steps.map(({ at, group }) => `  asks ${visible(group.name)} from ${new Date(at).toISOString()}`),
  ]
}

/** What a wider scope lets run: the same words, and no more often or longer than this. */
const showRule = ({ rule }: Approval): string[] =>
  rule
    ? [
        `  --scope session or rule: the same words again, ${rule.uses} times at most, until ${new Date(rule.expiresAt).toISOString()}`,
      ]
    : []

const asks = {
  read: 'has to be read to its end: in a terminal, a word typed after it',
  hold: 'has to be read to its end and held: in a terminal, a word typed after it',
  passkey: 'needs a passkey: answer on a device that has one',
  code: 'needs the code that the host shows (countersign code): --code DIGITS',
} as const

function showOperation(operation: Operation, names: TeamNames): string[] {
  const { newcomer, plan, form } = operation
  return [
    ...(operation.command === null ? [] : [`command  ${visible(operation.command)}`]),
    ...(operation.argv === null ? [] : [`argv     ${operation.argv.map((word) => `[${visible(word)}]`).join(' ')}`]),
    ...(operation.command === null && !newcomer && !plan && !form ? [`input    ${visible(operation.input)}`] : []),
    ...(plan?.steps ?? []).map((step) => `step     ${visible(step)}`),
    ...(plan?.commands ?? []).map((words) => `command  ${words.map((word) => `[${visible(word)}]`).join(' ')}`),
    ...(form ? showForm(form) : []),
    `in       ${visible(operation.cwd.path)}`,
    ...(operation.executable
      ? [`program  ${visible(operation.executable.path)} ${operation.executable.sha256.slice(0, 12)}…`]
      : []),
    ...operation.files.map(({ path, change }) => `file     ${change} ${visible(path)}`),
    ...operation.hosts.map((host) => `network  ${visible(host)}`),
    ...operation.why.map((why) => `why      ${visible(why)}`),
    ...operation.uninspectable.map((what) => `not inspectable: ${visible(what)}`),
    ...(newcomer
      ? [
          `admit    ${newcomer.device.kid}, which calls itself “${visible(newcomer.label)}”`,
          `rights   ${newcomer.rights.role}, up to tier ${newcomer.rights.maxTier}, ${newcomer.rights.hosts === '*' ? 'every host' : newcomer.rights.hosts.map((id) => (names[kidOfHost(id)] ? nameOf(names, kidOfHost(id)) : id)).join(', ')}`,
        ]
      : []),
  ]
}

/** All of it is the agent's. How to answer stands with each field. */
function showForm({ message, fields }: Form): string[] {
  return [
    `asks     the agent’s own words: “${visible(message)}”`,
    ...fields.flatMap((field) => [
      `field    --answer ${visible(field.key)}=${kinds[field.type]}${field.required ? '' : ' (optional)'}: ${visible(field.label)}`,
      ...(field.hint === undefined ? [] : [`         ${visible(field.hint)}`]),
      ...('options' in field
        ? field.options.map(
            ({ value, label, hint }) =>
              `         ${[value, label, hint ?? ''].map((text) => visible(text)).join('  ')}`,
          )
        : []),
    ]),
  ]
}

const kinds = {
  text: 'TEXT',
  number: 'NUMBER',
  integer: 'INTEGER',
  boolean: 'yes|no',
  one: 'OPTION',
  many: 'OPTION',
} as const

function timeLeft(ms: number): string {
  if (ms <= 0) return 'expired'
  const minutes = Math.ceil(ms / 60_000)
  return minutes < 120 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h left`
}
