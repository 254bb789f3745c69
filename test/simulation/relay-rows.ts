import type { Envelope } from '#protocol/envelope.ts'
import { type ErrorCode, problemOf } from '#protocol/errors.ts'
import type { FrameUp } from '#protocol/frames.ts'
import { type HttpRouteName, httpRoutes } from '#protocol/http.ts'
import { hostIdOf, newId } from '#protocol/ids.ts'
import type { ApprovalView, HostView, InboxItem, StoredBatch, TaskView } from '#protocol/records.ts'
import type { HttpAnswer, HttpRequest, Line } from './virtual-network.ts'

type Distribute<T> = T extends InboxItem ? Omit<T, 'id' | 'at'> : never

/** What a relay keeps, and what an honest one does with it: rows, inboxes, and early words over lines. It judges nothing. */
export type RelayRows = {
  entries: string[]
  /** A second log that owners' keys have signed, and who is shown it. Null: there is one log. */
  twin: { entries: string[]; shownTo(kid: string): boolean } | null
  /** What owners' devices have renewed, and what the relay made up. Null: it knows no leases at all. */
  leases: string[] | null
  /** Nobody hears of what is renewed. */
  withholdsLeases: boolean
  forgedLeases: string[]
  approvals: Map<string, ApprovalView>
  inboxes: Map<string, InboxItem[]>
  serve(kid: string, request: HttpRequest): HttpAnswer
  hear(line: Line, frame: FrameUp): unknown
  lines: Set<Line>
  /** Puts an item into a host's inbox, whoever made it up. */
  deliver(hostId: string, item: Distribute<InboxItem>): void
  tellDevices(frame: unknown): void
  tellHost(hostId: string, frame: unknown): void
}

export type RowsPorts = {
  now(): number
  hostId: string
  /** Sends a frame over a line. */
  send(line: Line, frame: unknown): void
}

export function relayRows({ now, hostId, send }: RowsPorts): RelayRows {
  const entries: string[] = []
  const approvals = new Map<string, ApprovalView>()
  const tasks = new Map<string, TaskView>()
  const batches = new Map<string, StoredBatch[]>()
  const inboxes = new Map<string, InboxItem[]>()
  const statuses = new Map<string, Envelope>()
  const lines = new Set<Line>()
  const seen = new Set<string>()

  const isHost = (line: Line) => hostIdOf(line.kid) === hostId
  const tellDevices = (frame: unknown) => {
    for (const line of lines) if (!isHost(line)) send(line, frame)
  }
  const tellHost = (host: string, frame: unknown) => {
    for (const line of lines) if (hostIdOf(line.kid) === host) send(line, frame)
  }
  function deliver(host: string, item: Distribute<InboxItem>): void {
    const whole = { ...item, id: newId('inb', now()), at: now() } as InboxItem
    inboxes.set(host, [...(inboxes.get(host) ?? []), whole])
    tellHost(host, { type: 'inbox.added', item: whole })
  }
  const acknowledge = (ids: readonly string[]) => {
    for (const [host, items] of inboxes)
      inboxes.set(
        host,
        items.filter(({ id }) => !ids.includes(id)),
      )
  }
  const done: HttpAnswer = { status: 200, body: {} }
  const answer = (body: unknown): HttpAnswer => ({ status: 200, body })
  const refuse = (code: ErrorCode): HttpAnswer => ({ status: problemOf(code).status, body: problemOf(code) })

  const handlers: Partial<
    Record<HttpRouteName, (kid: string, id: string, body: never, query: Record<string, string>) => HttpAnswer>
  > = {
    'relay.read': () =>
      answer({ protocol: 1, time: now(), socketUrl: 'wss://relay.sim/v1/socket', vapidPublicKey: '', claimed: true }),
    'trust.read': (kid, _id, _body, { from = '0' }) => {
      const { twin } = rows
      const shown = twin?.shownTo(kid) ? twin.entries : entries
      return answer({ from: Number(from), entries: shown.slice(Number(from)), more: false })
    },
    'leases.read': () =>
      rows.leases ? answer({ leases: [...rows.leases, ...rows.forgedLeases] }) : refuse('route_not_found'),
    'leases.write': (_kid, _id, { leases }: { leases: string[] }) => {
      if (!rows.leases) return refuse('route_not_found')
      if (!rows.withholdsLeases) rows.leases.push(...leases)
      return done
    },
    'trust.append': (_kid, _id, { entry }: { entry: string }) => {
      const n = entries.indexOf(entry)
      if (n !== -1) return answer({ n })
      const { n: at } = JSON.parse(Buffer.from(entry.split('.')[1] ?? '', 'base64url').toString()) as { n: number }
      if (at !== entries.length) return refuse('trust_head_moved')
      entries.push(entry)
      deliver(hostId, { kind: 'trust', n: at, entry })
      tellDevices({ type: 'trust.appended', n: at, entry })
      return answer({ n: at })
    },
    'hosts.list': () => {
      const view: HostView = { hostId, online: true, lastSeenAt: now(), status: statuses.get(hostId) ?? null }
      return answer({ hosts: [view] })
    },
    'status.write': (_kid, _id, { sealed }: { sealed: Envelope }) => {
      statuses.set(hostId, sealed)
      return done
    },
    'task.submit': (kid, _id, body: { id: string; hostId: string; sealed: Envelope }) => {
      const { id, sealed } = body
      const known = tasks.get(id)
      if (known) return answer(known)
      const head = {
        id,
        hostId: body.hostId,
        from: kid,
        state: 'submitted',
        createdAt: now(),
        updatedAt: now(),
      } as const
      tasks.set(id, { head, grants: [] })
      deliver(body.hostId, { kind: 'task', taskId: id, from: kid, sealed })
      return answer({ head, grants: [] })
    },
    'tasks.list': () => answer({ tasks: [...tasks.values()], next: null }),
    'task.read': (_kid, id) => (tasks.has(id) ? answer(tasks.get(id)) : refuse('task_not_found')),
    'task.events': (_kid, id) => answer({ batches: batches.get(id) ?? [], more: false }),
    'task.grant': (_kid, id, { grants }: { grants: TaskView['grants'] }) => {
      const task = tasks.get(id)
      if (!task) return refuse('task_not_found')
      tasks.set(id, { ...task, grants: [...task.grants, ...grants] })
      return done
    },
    'approval.request': (
      _kid,
      _id,
      body: { id: string; taskId: string | null; expiresAt: number; sealed: Envelope },
    ) => {
      const { id, taskId, expiresAt, sealed } = body
      if (approvals.has(id)) return done
      const view: ApprovalView = {
        id,
        hostId,
        taskId,
        state: 'open',
        createdAt: now(),
        expiresAt,
        sealed,
        decisions: [],
        receipt: null,
      }
      approvals.set(id, view)
      tellDevices({ type: 'approval.requested', approval: view })
      return done
    },
    'approvals.list': () =>
      answer({ approvals: [...approvals.values()].filter(({ receipt }) => receipt === null), next: null }),
    'approval.read': (_kid, id) => (approvals.has(id) ? answer(approvals.get(id)) : refuse('approval_not_found')),
    'approval.decide': (kid, id, body: { id: string; sealed: Envelope }) => {
      const view = approvals.get(id)
      if (!view) return refuse('approval_not_found')
      if (view.receipt) return refuse('approval_already_settled')
      if (view.decisions.some((decision) => decision.id === body.id)) return done
      const decision = { id: body.id, device: kid, at: now(), sealed: body.sealed }
      approvals.set(id, { ...view, decisions: [...view.decisions, decision] })
      deliver(hostId, { kind: 'decision', approvalId: id, decision })
      tellDevices({ type: 'approval.decided', approvalId: id, decision })
      return done
    },
    'approval.settle': (_kid, id, { sealed, ack }: { sealed: Envelope; ack: string[] }) => {
      const view = approvals.get(id)
      if (!view) return refuse('approval_not_found')
      acknowledge(ack)
      if (view.receipt) return refuse('approval_already_settled')
      approvals.set(id, { ...view, state: 'settled', receipt: sealed })
      tellDevices({ type: 'approval.settled', approvalId: id, state: 'settled', receipt: sealed })
      return done
    },
    'inbox.read': () =>
      answer({ items: (inboxes.get(hostId) ?? []).slice(0, 20), more: (inboxes.get(hostId) ?? []).length > 20 }),
    'task.input': (kid, taskId, { id, sealed }: { id: string; sealed: Envelope }) => {
      if (!seen.has(id)) deliver(hostId, { kind: 'input', inputId: id, taskId, from: kid, sealed })
      seen.add(id)
      return done
    },
  }

  const rows: RelayRows = {
    entries,
    twin: null,
    leases: null,
    withholdsLeases: false,
    forgedLeases: [],
    approvals,
    inboxes,
    lines,
    deliver,
    tellDevices,
    tellHost,
    serve(kid, { method, path, body }) {
      const [place = '', query = ''] = path.split('?')
      const found = routeOf(method, place)
      const handle = found && handlers[found.name]
      if (!found || !handle) return refuse('route_not_found')
      const { body: schema } = httpRoutes[found.name]
      if (schema && !schema.safeParse(body).success) return refuse('body_invalid')
      return structuredClone(handle(kid, found.id, body as never, Object.fromEntries(new URLSearchParams(query))))
    },
    hear(line, frame) {
      switch (frame.type) {
        case 'ping':
          return { type: 'pong' }
        case 'connection.sync': {
          lines.add(line)
          const items = isHost(line) ? (inboxes.get(hostId) ?? []) : []
          const told = { inbox: items.slice(0, 20), more: items.length > 20, time: now() }
          return { type: 'connection.synced', re: frame.id, connectionId: line.id, ...told }
        }
        case 'inbox.ack':
          acknowledge(frame.items)
          break
        case 'task.append': {
          const { batch, state } = frame
          const stored = batches.get(batch.taskId) ?? []
          if (batch.seq > stored.length + 1)
            return { type: 'refused', re: frame.id, code: 'task_event_gap', title: 'a gap' }
          if (batch.seq === stored.length + 1) {
            const row = { seq: batch.seq, sealed: batch, ...(state === undefined ? {} : { state }) }
            batches.set(batch.taskId, [...stored, row])
            tellDevices({ type: 'task.appended', taskId: batch.taskId, batch: row })
          }
          break
        }
        default:
          break
      }
      return { type: 'ok', re: frame.id }
    },
  }
  return rows
}

function routeOf(method: string, path: string): { name: HttpRouteName; id: string } | null {
  for (const [name, route] of Object.entries(httpRoutes)) {
    const pattern = new RegExp(`^${route.path.replace(/\{\w+\}/, '([^/]+)')}$`)
    const match = route.method === method ? pattern.exec(path) : null
    if (match) return { name: name as HttpRouteName, id: decodeURIComponent(match[1] ?? '') }
  }
  return null
}
