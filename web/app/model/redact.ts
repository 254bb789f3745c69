import { visible } from '#client/display.ts'

/** Last parts of names that are hosts and hardly ever files; what else looks like one is a host only with a port or a path. */
const domain =
  'com|net|org|edu|gov|io|dev|app|ai|cloud|co|biz|info|internal|intranet|local|lan|corp|home|example|test|invalid|localhost|onion|tech|xyz|me|de|at|ch|fr|uk|us|eu|nl|it|es|pt|be|dk|se|no|fi|cz|ru|ua|cn|jp|kr|tw|hk|sg|in|au|nz|br|mx|ca|za'
const label = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?'

const gone = '⟨…⟩'
const rules: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, gone],
  [/\b[\w.+-]+@[\w.-]+\w/g, gone],
  [new RegExp(`(?<![\\w/.-])(?:${label}\\.)+(?:${domain})(?![\\w-]|\\.\\w)(?::\\d+)?(?:/\\S*)?`, 'giu'), gone],
  [
    new RegExp(
      `(?<![\\w/.-])(?:www\\.${label}(?:\\.${label})*|(?=[^:\\s]*\\p{L})(?:${label}\\.)*${label}:\\d{2,5})(?:/\\S*)?`,
      'giu',
    ),
    gone,
  ],
  [/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?(?![\d.])/g, gone],
  [/(?<![\w:])\[?(?=[\da-f:]*(?:::|[a-f]))(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}\]?(?![\w:])/gi, gone],
  // Of where something lies on a machine only its own name is left.
  [/\\\\[^\\\s]+\\(?:[^\\\s"']+\\)*/g, '…\\'],
  [/\b[A-Za-z]:[\\/](?:[^\\/\s"']+[\\/])*/g, '…/'],
  [/(?<![\w.~…*/-])\/(?:[^/\s"'=:]+\/)+/g, '…/'],
]

/** For people outside of the team: addresses, hosts and folders say more about a company than a change does. `hosts`: names that are known to be hosts. */
export function redact(
  text: string,
  { folder = '', hosts = [] }: { folder?: string; hosts?: readonly string[] } = {},
): string {
  let left = folder === '' ? text : text.replaceAll(folder, '.')
  for (const host of hosts) if (host !== '') left = left.replaceAll(host, gone)
  left = visible(left, { lines: true })
  for (const [found, put] of rules) left = left.replaceAll(found, put)
  return left
}
