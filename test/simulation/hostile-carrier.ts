import { FrameUp } from '#protocol/frames.ts'
import { maul } from './maul.ts'
import type { Random } from './random.ts'
import type { RelayRows } from './relay-rows.ts'
import type { Temper } from './temper.ts'
import type { Carrier, HttpAnswer, HttpRequest, Line, Party } from './virtual-network.ts'
import type { VirtualTime } from './virtual-time.ts'

/** The relay's outside: everything that comes and goes passes here, and nothing has to pass as it came. */
export type HostileCarrier = Carrier & {
  send(line: Line, frame: unknown): void
  /** From now on everything passes, in order and unchanged. */
  heal(): void
  /** Milliseconds into the run at which an approval was first posted. */
  postedAt: Map<string, number>
  /** One of the requests that have passed, to be sent again. */
  replay(): void
}

export type CarrierPorts = {
  time: VirtualTime
  random: Random
  temper: Temper
  rows(): RelayRows
  trace(...what: (string | number)[]): void
}

const lies = [
  'approval_already_settled',
  'approval_expired',
  'approval_not_found',
  'key_unknown',
  'internal',
  'conflict',
]

export function hostileCarrier({ time, random, temper, rows, trace }: CarrierPorts): HostileCarrier {
  let healed = false
  const postedAt = new Map<string, number>()
  const passed: { kid: string; request: HttpRequest }[] = []
  const answers = new Map<string, HttpAnswer[]>()
  const frames = new Map<string, unknown[]>()
  const chance = (p: number) => !healed && random.chance(p)
  const latency = () => (chance(temper.delay) ? random.below(8_000) : 1 + random.below(40))
  const serve = (kid: string, request: HttpRequest) => rows().serve(kid, request)
  const keep = <T>(map: Map<string, T[]>, name: string, value: T) => {
    const kept = map.get(name) ?? []
    kept.push(value)
    map.set(name, kept.slice(-8))
  }

  function bend(answer: HttpAnswer, name: string): HttpAnswer {
    const others = answers.get(name) ?? []
    if (chance(temper.swap) && others.length > 0) return structuredClone(random.pick(others))
    if (chance(temper.maul)) return { ...answer, body: maul(answer.body, random) }
    if (chance(temper.lie))
      return random.chance(0.5) ? { status: 200, body: {} } : { status: 409, body: { type: random.pick(lies) } }
    return answer
  }

  function http(party: Party, request: HttpRequest, answer: (answer: HttpAnswer | null) => void): void {
    const { kid } = party
    const name = `${request.method} ${request.path.replace(/[a-z]{3}_[\w-]+/g, '*').split('?')[0]}`
    trace('http', kid.slice(0, 4), name)
    if (request.method === 'POST') {
      passed.push({ kid, request })
      const { id } = (request.body ?? {}) as { id?: string }
      if (request.path === '/v1/approvals' && id && !postedAt.has(id)) postedAt.set(id, time.elapsed())
    }
    if (chance(temper.drop / 2)) return void time.after(latency(), () => answer(null))
    time.after(latency(), () => {
      const said = serve(kid, request)
      if (chance(temper.repeat)) time.after(latency(), () => void serve(kid, request))
      const lost = chance(temper.drop / 2)
      const bent = bend(said, name)
      if (said.status === 200) keep(answers, name, said)
      time.after(latency(), () => answer(lost ? null : bent))
    })
  }

  function send(line: Line, frame: unknown): void {
    const { type } = frame as { type: string }
    keep(frames, type, frame)
    if (chance(temper.drop)) return
    const bent = chance(temper.swap)
      ? random.pick(frames.get(type) ?? [frame])
      : chance(temper.maul)
        ? maul(frame, random)
        : frame
    time.after(latency(), () => line.send(bent))
    if (chance(temper.repeat)) time.after(latency(), () => line.send(frame))
  }

  return {
    http,
    send,
    postedAt,
    connected: () => {},
    frame(line, frame) {
      const read = FrameUp.safeParse(frame)
      if (!read.success || chance(temper.drop)) return
      time.after(latency(), () => {
        const answer = rows().hear(line, read.data)
        if (answer) send(line, answer)
      })
    },
    closed: (line) => void rows().lines.delete(line),
    heal() {
      healed = true
      for (const line of [...rows().lines]) line.close()
      rows().lines.clear()
    },
    replay() {
      const one = passed.length > 0 ? random.pick(passed) : null
      if (one) serve(one.kid, one.request)
    },
  }
}
