import { join } from 'node:path'
import { Option } from 'commander'
import { visible } from '#client/display.ts'
import { sumUsage, type UsageGroup, type UsageSum, usageGroups } from '#host-agent/usage/sum-usage.ts'
import { readUsage } from '#host-agent/usage/usage-log.ts'
import { readDuration } from '../duration.ts'
import type { AddVerb } from '../verb.ts'

/** `countersign usage`: on a host: what its tasks took, of all routes: tokens, cost and time. */
export const addUsage: AddVerb = (program, run) => {
  program
    .command('usage')
    .description('on a host: what its tasks took: tokens, cost and time of every turn, summed')
    .addOption(
      new Option('--since <duration>', 'how far back: 90m, 12h, 7d, 8w')
        .argParser(readDuration)
        .default(readDuration('7d'), '7d'),
    )
    .addOption(new Option('--by <what>', 'how it is summed').choices(usageGroups).default('agent'))
    .option('--json', 'one JSON object a line')
    .action((options: { since: number; by: UsageGroup }, command) =>
      run(command, async ({ home }, output) => {
        const from = Date.now() - options.since
        const entries = (await readUsage(join(home.host, 'usage.jsonl'))).filter(({ at }) => at >= from)
        const sums = sumUsage(entries, options.by)
        if (sums.length > 0) output.hint(row([options.by, 'turns', 'in', 'out', 'cached', 'cost', 'time']))
        else output.hint('Nothing was used in this time.')
        for (const sum of sums) {
          const { name, turns, input, output: out, cached, ms } = sum
          output.fact(
            'usage',
            { by: options.by, ...sum },
            row([visible(name), turns, input, out, cached, costOf(sum), `${Math.round(ms / 1_000)} s`]),
          )
        }
        return null
      }),
    )
}

/** Turns of unknown cost are said, not counted as free. */
function costOf({ cost, priced, turns }: UsageSum): string {
  const known = Object.entries(cost).map(
    ([currency, micros]) => `${(micros / 1_000_000).toFixed(4)} ${visible(currency)}`,
  )
  return [...known, ...(priced < turns ? [`${turns - priced} unknown`] : [])].join(' + ')
}

const widths = [20, 7, 11, 11, 11, 26, 8]
const row = (cells: readonly (string | number)[]): string =>
  cells
    .map((cell, at) => (at === 0 ? String(cell).padEnd(widths[at] ?? 0) : String(cell).padStart(widths[at] ?? 0)))
    .join(' ')
