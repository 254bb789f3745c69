// npm run bench [-- --json]: the product's figures beside what the same machine does without it, in one run, in real processes.
import { parseArgs } from 'node:util'
import { appBrowser } from '../bench/app-browser.ts'
import { appSizes } from '../bench/app-sizes.ts'
import { approvalCost } from '../bench/approval-cost.ts'
import { approvals } from '../bench/approvals.ts'
import { judge } from '../bench/asked.ts'
import { auditVerify } from '../bench/audit-verify.ts'
import { events } from '../bench/events.ts'
import { type Figure, figure } from '../bench/figure.ts'
import { measureFloor } from '../bench/floor.ts'
import { idleHost } from '../bench/idle-host.ts'
import { sandboxCommand } from '../bench/sandbox-command.ts'
import { verifyDecision } from '../bench/verify-decision.ts'
import { websocketBundle } from '../bench/websocket-bundle.ts'
import { startWorld } from '../bench/world.ts'
import { ensureSystemPackages } from './system-packages.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })

const rounds = 500
const burst = 1_000
const bursts = 10

const widths = [28, 9, 12, 9, 7, 10, 7]
const row = (cells: readonly (string | number)[]): string =>
  cells
    .map((cell, at) =>
      at % 2 === 0 && at < 4 ? `${cell}`.padEnd(widths[at] ?? 0) : `${cell}`.padStart(widths[at] ?? 0),
    )
    .join(' ')

function print(figures: readonly Figure[]): void {
  for (const each of figures) {
    const { name, value, unit, floor, ratio } = each
    const { asked, met } = judge(name, value)
    const verdict = met === null ? '' : met ? 'met' : 'missed'
    const line = row([name, value, unit, floor ?? '–', ratio ?? '–', asked ?? '–', verdict])
    process.stdout.write(values.json ? `${JSON.stringify({ ...each, asked, met })}\n` : `${line.trimEnd()}\n`)
  }
}

ensureSystemPackages()
if (!values.json) process.stdout.write(`${row(['figure', 'value', 'unit', 'floor', 'ratio', 'asked', ''])}\n`)

const world = await startWorld()
try {
  const floor = await measureFloor(world.engineUrl, rounds, burst)
  print([figure('pairingMs', world.pairingMs, 'ms')])
  print(await approvals(world, rounds, floor.roundTripsMs))
  print(await approvalCost(world, 20))
  print(await events(world, bursts, burst, floor.messagesPerSecond))
} finally {
  await world.stop()
}
print(await verifyDecision())
print(await auditVerify())
print(await sandboxCommand())
print(await idleHost())
print(websocketBundle())
print(appSizes())
print(appBrowser(20))
