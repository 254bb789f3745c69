import type { DueItem } from '../ports/due.ts'
import type { SweepPorts } from '../ports/ports.ts'
import { expireApproval } from './expire-approval.ts'
import { retryReceiptPush } from './retry-receipt-push.ts'
import { tellHost } from './tell.ts'

/** What one run of the sweep did. */
export type Swept = { hostsTold: number; expired: number; pushed: number; failed: number }

/**
 * Once a minute: everything whose time has come, page by page to the end. An index only says where to look, so each base row is read again first. One
 * poisoned row is logged and does not hold up the others.
 */
export async function sweep(ports: SweepPorts): Promise<Swept> {
  const swept: Swept = { hostsTold: 0, expired: 0, pushed: 0, failed: 0 }
  const told = new Set<string>()
  for await (const page of ports.due.pages(ports.clock.now())) {
    for (const item of page) {
      try {
        await act(ports, item, swept, told)
      } catch (error) {
        swept.failed += 1
        ports.log.error('sweep failed', { kind: item.kind, teamId: item.teamId }, error)
      }
    }
  }
  return swept
}

async function act(ports: SweepPorts, item: DueItem, swept: Swept, told: Set<string>): Promise<void> {
  const { teamId } = item
  if (item.kind === 'approval') {
    const did = await expireApproval(ports, teamId, item.approvalId)
    if (did !== 'nothing') swept[did] += 1
  } else if (item.kind === 'receipt') {
    if (await retryReceiptPush(ports, teamId, item.approvalId)) swept.pushed += 1
  } else if (await ports.inbox.retell(teamId, item.hostId, item.inboxId, ports.clock.now())) {
    // One word is enough for however many items wait.
    if (told.has(item.hostId)) return
    told.add(item.hostId)
    swept.hostsTold += 1
    await tellHost(ports, { teamId, hostId: item.hostId, hint: null }, { type: 'inbox.waiting' })
  }
}
