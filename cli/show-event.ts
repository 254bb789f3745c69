import { visible } from '#client/display.ts'
import { type ErrorCode, errors } from '#protocol/errors.ts'
import type { TaskEvent } from '#protocol/statements/events.ts'
import { nameOf, type TeamNames } from './team-names.ts'

const prose = (text: string) => visible(text, { lines: true })

/** One event of a task's log as text; null for what a terminal need not say. Everything may come from the agent, so everything is made visible. */
export function showEvent(event: TaskEvent, names: TeamNames): string | null {
  switch (event.type) {
    case 'state':
      return `state: ${event.state}${event.code ? ` (${visible(event.code)})${whatToDo(event.code)}` : ''}${event.detail ? `\n${prose(event.detail)}` : ''}`
    case 'title':
      return `${visible(event.agent)} in ${visible(event.project)}, ${event.protection}${event.chosen ? `, ${visible(Object.values(event.chosen).join(', '))}` : ''}`
    case 'message':
      return `${event.role}: ${prose(event.text)}`
    case 'plan':
      return ['plan:', ...event.entries.map(({ content, status }) => `  [${marks[status]}] ${visible(content)}`)].join(
        '\n',
      )
    case 'tool':
      return `${event.status}: ${visible(event.title)}${event.detail ? `\n${prose(event.detail)}` : ''}`
    case 'output':
      return prose(event.text).replace(/\n$/, '')
    case 'approval':
      return [
        `approval ${event.approval}: ${event.state}`,
        ...(event.decisions ?? []).map(
          ({ device, answer, reason }) =>
            `  ${nameOf(names, device)} said ${answer}${reason ? `: “${visible(reason)}”` : ''}`,
        ),
        ...(event.state === 'pending' ? [`  countersign approve ${event.approval}`] : []),
      ].join('\n')
    case 'refused':
      return `refused: ${visible(event.code)}${event.detail ? ` (${visible(event.detail)})` : ''}${whatToDo(event.code)}`
    case 'receipt':
      return `receipt ${event.approval}: ${event.outcome}`
    case 'diff':
      return [
        `changed: ${event.total} files`,
        ...event.files.map((file) => `  ${file.change} ${visible(file.path)} +${file.added} -${file.removed}`),
      ].join('\n')
    case 'tests':
      return `tests: ${event.passed} passed, ${event.failed} failed, ${event.skipped} skipped${event.by === 'host' ? ' (run by the host)' : ''}`
    case 'artifact':
      return `artifact: ${event.kind} ${visible(event.name)}`
    case 'usage':
      return `used: ${event.input} tokens in, ${event.output} out${event.cost ? `, ${(event.cost.micros / 1_000_000).toFixed(4)} ${visible(event.cost.currency)}` : ''}, ${Math.round(event.ms / 1_000)} s`
    case 'notice':
      return `notice: ${prose(event.text)}`
  }
}

/** The sentence of a code that this program knows; the host may be newer. */
const whatToDo = (code: string) => (Object.hasOwn(errors, code) ? `\n${errors[code as ErrorCode][1]}` : '')

const marks = { pending: ' ', in_progress: '>', completed: 'x' } as const
