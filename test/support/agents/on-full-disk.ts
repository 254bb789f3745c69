// Run as `node on-full-disk.ts DISK`, a small disk of its own: what a host whose home is there does while it is full, and when there is room again. Prints what it saw as JSON.
import { existsSync, rmSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '../wait.ts'
import { must, openHostWorld } from './host-world.ts'

const disk = process.argv[2] ?? ''
const world = await openHostWorld({ host: { home: join(disk, 'home') } })
const filler = join(disk, 'filler')
const isMade = () => existsSync(join(world.project, 'ran.txt'))
const isFull = async () => must(await world.device.hosts())[0]?.status?.diskFull === true

/** Every byte of it, also those of a block that a file has begun. */
async function fill(): Promise<void> {
  const file = await open(filler, 'w')
  for (let size = 1024 ** 2; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) writeSync(file.fd, Buffer.alloc(size, 1))
    } catch {
      // Full, for pieces of this size.
    }
  }
  await file.close()
}

const task = await world.submit('[[act:run]]', { agent: 'custom' })
const { id } = await world.nextApproval()
await fill()
// What a file has of its last block is room too: the host is asked for more until it finds none.
for (let n = 0; n < 40; n += 1)
  must(await world.device.sendInput({ hostId: world.hostId, taskId: task.id, kind: 'resume' }))
await until(isFull, { what: 'a host that says that its disk is full' })
const more = await world.submit('[[act:run]]', { agent: 'custom' })
must(await world.device.decide({ approvalId: id, answer: 'approve', shown: { where: 'app', whole: true } }))
await until(async () => (must(await world.device.approval(id)).decisions?.length ?? 1) > 0, { what: 'the decision' })
const whileFull = { made: isMade(), receipt: must(await world.device.approval(id)).receipt?.outcome ?? null }
rmSync(filler)
const { receipt } = must(await world.device.awaitReceipt({ approvalId: id, withinMs: 60_000 }))
const [ended] = await Promise.all([task.ended, until(async () => !(await isFull()), { what: 'room again' })])
const notices = task.events.all.flatMap((event) => (event.type === 'notice' ? [event.code] : []))
const after = { ended, made: isMade(), receipt: receipt?.outcome, notices }
must(await world.device.sendInput({ hostId: world.hostId, taskId: more.id, kind: 'cancel' }))
const other = await more.ended
await world.close()
process.stdout.write(JSON.stringify({ whileFull, after, other }))
process.exit(0)
