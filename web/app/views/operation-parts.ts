import { visible } from '#client/display.ts'
import type { HostSummary } from '#client/list-hosts.ts'
import type { Operation } from '#protocol/statements/operation.ts'
import type { StandingRule } from '#protocol/statements/standing-rule.ts'
import { t } from '../../texts/all-texts.ts'
import { agentTitle } from './host-name.ts'

/** Who asks, as a person may read it. */
export const askerOf = (driver: string, hosts: readonly HostSummary[], hostId: string): string =>
  visible(driver === 'host' ? t('approval.host') : agentTitle(hosts, hostId, agentOf(driver)))

/** Where one word ends has to be seen: what is not plain stands in quotes, as a shell would want it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** A rule word by word; what stands for everything in a folder is no word, so it is not quoted. */
export const ruleWords = ({ argv }: Pick<StandingRule, 'argv'>): string =>
  argv.map((word) => (word.endsWith('/*') ? `${quoted(word.slice(0, -2))}/*` : quoted(word))).join(' ')

/** `acp:gemini` is known to people as gemini. */
export const agentOf = (driver: string): string => driver.slice(driver.indexOf(':') + 1)

export type EditHunk = { path: string; line: number; removed: string; added: string }

/** The host puts an edit's exact change into the operation's input as `{"edits":[…]}`. Null when the input is of another form: then it is shown as it is. */
export function editsOf({ kind, input }: Operation): EditHunk[] | null {
  if (kind !== 'edit') return null
  try {
    const parsed: unknown = JSON.parse(input)
    const edits = typeof parsed === 'object' && parsed !== null && 'edits' in parsed ? parsed.edits : null
    const only = Object.keys(parsed ?? {}).length === 1
    return only && Array.isArray(edits) && edits.every(isHunk) ? edits : null
  } catch {
    return null
  }
}

/** Whether a tool's exact input holds anything beside the command that is shown already. */
export function inputSaysMore({ command, input }: Pick<Operation, 'command' | 'input'>): boolean {
  if (command === null) return true
  if (input === command) return false
  try {
    const parsed: unknown = JSON.parse(input)
    const values = typeof parsed === 'object' && parsed !== null ? Object.values(parsed) : []
    return values.length !== 1 || values[0] !== command
  } catch {
    return true
  }
}

function isHunk(value: unknown): value is EditHunk {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 4) return false
  const { path, line, removed, added } = value as Record<string, unknown>
  return (
    typeof path === 'string' && typeof line === 'number' && typeof removed === 'string' && typeof added === 'string'
  )
}
