import { errors } from '#protocol/errors.ts'

const begin = '<!-- errors: made by scripts/docs.ts from protocol/errors.ts -->'
const end = '<!-- /errors -->'

/** Every refusal as a table in Markdown, with columns as wide as the formatter makes them. */
export function errorTable(): string {
  const head = ['code', 'status', 'what to do']
  const rows = Object.entries(errors).map(([code, [status, sentence]]) => [`\`${code}\``, String(status), sentence])
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[], fill = ' ') =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`
  return [line(head), line(['', '', ''], '-'), ...rows.map((row) => line(row))].join('\n')
}

/** The text with the table between its markers renewed. */
export function withErrorTable(text: string): string {
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error('the markers of the error table are missing')
  return `${text.slice(0, from + begin.length)}\n\n${errorTable()}\n\n${text.slice(to)}`
}
