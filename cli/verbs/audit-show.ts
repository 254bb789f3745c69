import { visible } from '#client/display.ts'
import { type AuditRecord, readRecords } from '#host-agent/audit/audit-record.ts'
import { type DeviceName, readNames } from '#host-agent/audit/read-names.ts'
import { type AuditRun, readRuns } from '#host-agent/audit/read-runs.ts'
import { refused } from '#protocol/errors.ts'
import { nodeCrypto } from '#trust/node/node-crypto.ts'
import { auditChain } from '../audit-chain.ts'
import type { AddVerb } from '../verb.ts'

type NameOf = (kid: string) => DeviceName

/** `countersign audit show [ID]`: who approved this, on which device, having seen what, under which rule, and what happened. */
export const addAuditShow: AddVerb = (audit, run) => {
  audit
    .command('show')
    .description('say who approved what, on which device, having seen what, under which rule, and what happened')
    .argument('[id]', 'an approval or a task; without it, one line for each approval')
    .option('--json', 'one JSON object a line')
    .action((id: string | undefined, _options, command) =>
      run(command, async ({ home }, output) => {
        const chain = auditChain(home)
        if (!chain.ok) return chain
        const names = await readNames(nodeCrypto, home.host)
        const nameOf: NameOf = names?.nameOf ?? (() => ({ label: '', person: '', personId: null }))
        const records = await readRecords(
          chain.path,
          (approval) => id === undefined || approval.id === id || approval.task === id,
        )
        const runs = await readRuns(chain.path, id)
        if (records.length === 0 && runs.length === 0) {
          if (id !== undefined) return refused('approval_not_found', id)
          output.hint('Nobody was asked yet.')
        }
        for (const record of records) {
          const decisions = record.decisions.map((decision) => ({ ...decision, ...nameOf(decision.device) }))
          const text = id === undefined ? lineOf(record, nameOf) : textOf(record, nameOf)
          output.fact('approval', { ...record, decisions }, text)
        }
        for (const each of runs) output.fact('run', each, runOf(each))
        return null
      }),
    )
}

const time = (at: number) => new Date(at).toISOString()
const outcomeOf = ({ outcome, result }: AuditRecord) => [outcome ?? 'open', result?.outcome].filter(Boolean).join(', ')
const whatOf = ({ operation }: AuditRecord) => visible(operation.command ?? operation.input)

function whoOf(nameOf: NameOf, kid: string): string {
  const { label, person } = nameOf(kid)
  return label === '' ? kid : `${visible(person)} on ${visible(label)} (${kid.slice(0, 8)}…)`
}

/** What nobody was asked about, and by whose or what word. */
function runOf({ at, task, verdict, rule, policyHash, by, operation, digest }: AuditRun): string {
  const what = operation === null ? digest : visible(operation.command ?? operation.input)
  const policy = `${rule === null ? 'no rule' : `rule ${rule}`} of policy ${policyHash}`
  const word = by === null ? policy : `what was approved as ${by}`
  return `${time(at)}  ${verdict === 'allow' ? 'allowed' : 'denied'} by ${word}  ${task ?? 'no task'}  ${what}`
}

function lineOf(record: AuditRecord, nameOf: NameOf): string {
  const who = record.decisions.filter(({ code }) => code === null).map(({ device }) => whoOf(nameOf, device))
  return `${time(record.askedAt)}  ${record.approval}  ${outcomeOf(record)}  ${who.join(', ') || 'nobody'}  ${whatOf(record)}`
}

function textOf(record: AuditRecord, nameOf: NameOf): string {
  const { operation, rule, result } = record
  const quorum = rule.quorum.persons === 1 ? 'one person' : `${rule.quorum.persons} persons`
  const code = result?.exitCode === null || result === null ? '' : `, exit code ${result.exitCode}`
  return [
    `${record.approval}  ${outcomeOf(record)}${code}`,
    `  asked    ${time(record.askedAt)} for ${record.task ?? 'the host'} in ${visible(record.project)}`,
    `  what     ${operation.kind}: ${whatOf(record)}`,
    `  in       ${visible(operation.cwd.path)}  ${operation.binding}  digest ${record.digest}`,
    `  rule     ${rule.number === null ? 'none of the policy’s' : `the policy’s number ${rule.number}`}: tier ${rule.tier}, ${rule.gesture}, ${quorum}, ${rule.scopes.join(' or ')}; policy ${rule.policyHash}; trust log ${rule.trustHead.n}`,
    ...operation.why.map((why) => `  why      ${visible(why)}`),
    ...record.decisions.flatMap((decision) => [
      `  said     ${decision.answer ?? 'nothing readable'} by ${whoOf(nameOf, decision.device)} at ${time(decision.signedAt ?? decision.at)}${decision.code === null ? '' : `: not accepted, ${decision.code}`}`,
      ...(decision.shown
        ? [`           having seen ${decision.shown.whole ? 'all of it' : 'a part'} in the ${decision.shown.where}`]
        : []),
      ...(decision.reason === undefined ? [] : [`           “${visible(decision.reason)}”`]),
    ]),
    ...(record.consumedAt === null ? [] : [`  released ${time(record.consumedAt)}`]),
    ...(result ? [`  result   ${result.outcome} at ${time(result.at)}`] : []),
  ].join('\n')
}
