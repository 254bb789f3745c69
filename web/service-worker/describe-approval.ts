import { segmentsOf, visible } from '#client/display.ts'
import type { Approval } from '#protocol/statements/approval.ts'
import type { OperationKind } from '#protocol/statements/operation.ts'
import { touchedLines } from '../shared/touched.ts'
import { t } from '../texts/worker-texts.ts'

/** `whole`: the body says everything the operation is; nothing was cut, hidden or left to the app. */
export type Described = { title: string; body: string; whole: boolean }

/** What an open notification still shows on a small phone. More is opened in the app. */
const CHARACTERS = 320
const LINES = 7

/** Of these kinds a notification can say all there is: the command, or what goes. An edit's new text never fits. */
const sayable: ReadonlySet<OperationKind> = new Set<OperationKind>(['command', 'delete'])

/** An approval in the few lines of a notification, from the verified operation alone; of the agent's own words only a question's, in quotes. */
export function describeApproval({ operation, project }: Approval): Described {
  const touched = touchedLines(operation)
  const lines = [
    ...(operation.form ? [`“${visible(operation.form.message)}”`] : []),
    ...(operation.command === null ? [] : [visible(operation.command)]),
    ...(operation.plan?.commands ?? []).map((words) => `${t('approval.plan.runs')} ${visible(words.join(' '))}`),
    ...touched
      .filter(({ change }) => change !== 'read')
      .map(
        ({ path, change, inside }) =>
          `${t(`approval.change.${change}`)} ${visible(path)}${inside ? ` (${t('approval.inside', { count: inside })})` : ''}`,
      ),
    ...(operation.hosts.length > 0 ? [operation.hosts.map((host) => visible(host)).join(', ')] : []),
    t('push.folder', { path: visible(operation.cwd.path) }),
    [
      t('tierLong', { tier: operation.tier, name: t(`tier.${operation.tier}`) }),
      ...(operation.plan ? [] : [t(`approval.${operation.binding}`)]),
      ...operation.why.map((why) => visible(why)),
    ].join(' · '),
  ]
  const body = lines.join('\n')
  const fits = body.length <= CHARACTERS && lines.length <= LINES
  return {
    title: t('push.ask', { kind: t(`kind.${operation.kind}`), project: visible(project) }),
    body: fits ? body : cut(body),
    whole: fits && sayable.has(operation.kind) && isInspectable(operation) && isCovered(operation),
  }
}

const cut = (body: string): string =>
  body.length > CHARACTERS ? body.slice(0, CHARACTERS) + t('push.more', { count: body.length - CHARACTERS }) : body

const isInspectable = ({ uninspectable, secrets, command, files }: Approval['operation']): boolean =>
  uninspectable.length === 0 &&
  secrets.length === 0 &&
  [command ?? '', ...files.map(({ path }) => path)].every((text) =>
    segmentsOf(text).every(({ kind }) => kind === 'plain'),
  )

/** Without a command, the tool's input may hold more than the files it names: then only the app can show it. */
function isCovered({ command, input, files, cwd }: Approval['operation']): boolean {
  if (command !== null) return true
  const named = new Set([cwd.path, ...files.map(({ path }) => path)])
  const isNamed = (value: unknown): boolean =>
    typeof value === 'string'
      ? named.has(value)
      : value !== null && typeof value === 'object'
        ? Object.values(value).every(isNamed)
        : typeof value === 'boolean'
  try {
    return files.length > 0 && isNamed(JSON.parse(input))
  } catch {
    return false
  }
}
