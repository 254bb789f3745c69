import { signal } from '@preact/signals'
import type { HostSummary } from '#client/list-hosts.ts'
import type { TaskSummary } from '#client/list-tasks.ts'
import type { Device } from '#client/open-device.ts'
import type { TaskHead } from '#protocol/records.ts'
import { openListReads } from './list-reads.ts'

/** The team's tasks and hosts: as the relay lists them, and as single words change them in between. */
export function openLists(device: Pick<Device, 'tasks' | 'hosts'>) {
  const tasks = signal<readonly TaskSummary[]>([])
  const hosts = signal<readonly HostSummary[]>([])
  const taskReads = openListReads()
  const hostReads = openListReads()
  return {
    tasks,
    hosts,
    /** False: they could not be read. */
    askTasks: (): Promise<boolean> =>
      taskReads.read(device.tasks, (listed) => {
        const heads = new Map(tasks.value.map(({ head }) => [head.id, head]))
        tasks.value = listed.map((task) => ({ ...task, head: newerHead(task.head, heads.get(task.head.id)) }))
      }),
    askHosts: (): Promise<boolean> =>
      hostReads.read(device.hosts, (present, heard) => {
        hosts.value = hosts.value.filter(({ hostId }) => heard.has(hostId)).reduce(withHost, present)
      }),
    /** False: the task is not known yet. */
    takeHead(head: TaskHead): boolean {
      if (!tasks.value.some((task) => task.head.id === head.id)) return false
      tasks.value = tasks.value.map((task) =>
        task.head.id === head.id ? { ...task, head: newerHead(head, task.head) } : task,
      )
      return true
    },
    takeHost(host: HostSummary): void {
      hostReads.heard(host.hostId)
      hosts.value = withHost(hosts.value, host)
    },
  }
}

/** Frames overtake one another, and lists: what was written later counts. */
const newerHead = (head: TaskHead, known: TaskHead = head): TaskHead =>
  known.updatedAt > head.updatedAt ? known : head

const withHost = (hosts: readonly HostSummary[], host: HostSummary): HostSummary[] =>
  [...hosts.filter(({ hostId }) => hostId !== host.hostId), host].sort((a, b) => a.hostId.localeCompare(b.hostId))
