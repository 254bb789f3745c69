// npm run bench [-- --json]: the product's figures beside what the same machine does without it, in one run, in real processes.
import { parseArgs } from 'node:util'
import { appBrowser } from '../bench/app-browser.ts'
import { appInitial } from '../bench/app-initial.ts'
import { approvalCost } from '../bench/approval-cost.ts'
import { approvals } from '../bench/approvals.ts'
import { auditVerify } from '../bench/audit-verify.ts'
import { events } from '../bench/events.ts'
import { type Figure, figure } from '../bench/figure.ts'
import { measureFloor } from '../bench/floor.ts'
import { idleHost } from '../bench/idle-host.ts'
import { sandboxCommand } from '../bench/sandbox-command.ts'
import { verifyDecision } from '../bench/verify-decision.ts'
import { websocketBundle } from '../bench/websocket-bundle.ts'
import { startWorld } from '../bench/world.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })

const rounds = 500
const burst = 1_000
const bursts = 10

function print(figures: readonly Figure[]): void {
  for (const each of figures) {
    const { name, value, unit, floor, ratio } = each
    const cells = [
      name.padEnd(28),
      String(value).padStart(9),
      unit.padEnd(12),
      `${floor ?? '–'}`.padStart(9),
      `${ratio ?? '–'}`.padStart(7),
    ]
    process.stdout.write(values.json ? `${JSON.stringify(each)}\n` : `${cells.join(' ')}\n`)
  }
}

if (!values.json)
  process.stdout.write(
    `${'figure'.padEnd(28)} ${'value'.padStart(9)} ${'unit'.padEnd(12)} ${'floor'.padStart(9)} ${'ratio'.padStart(7)}\n`,
  )

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
print(appInitial())
print(appBrowser(20))
