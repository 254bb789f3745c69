import { errors } from '#protocol/errors.ts'

const begin = '<!-- errors: made by scripts/docs.ts from protocol/errors.ts -->'
const end = '<!-- /errors -->'

/** Every refusal as a table in Markdown. */
export function errorTable(): string {
  const rows = Object.entries(errors).map(([code, [status, sentence]]) => `| \`${code}\` | ${status} | ${sentence} |`)
  return ['| code | status | what to do |', '|---|---|---|', ...rows].join('\n')
}

/** The text with the table between its markers renewed. */
export function withErrorTable(text: string): string {
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error('the markers of the error table are missing')
  return `${text.slice(0, from + begin.length)}\n\n${errorTable()}\n\n${text.slice(to)}`
}
