import { chmod, mkdir, rm } from 'node:fs/promises'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import * as z from 'zod/mini'
import { ok, type Refused, type Result, refused } from '#protocol/errors.ts'
import { GateWish } from '../approvals/gated-command.ts'
import { HookAgent, HookEvent } from '../hooks/hook-event.ts'
import { controlPath } from './control-path.ts'

/** What another program of this user may ask the running host agent for; one JSON object a line. */
export const ControlRequest = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('pair') }),
  z.strictObject({ verb: z.literal('code'), code: z.string().check(z.maxLength(40)) }),
  z.strictObject({ verb: z.literal('status') }),
  z.strictObject({ verb: z.literal('stop') }),
  /** The digits of what waits for a code; told to who asks, and in no log. */
  z.strictObject({ verb: z.literal('approval-codes') }),
  /** Ends every task and locks the host; only `unlock` lets tasks begin again. */
  z.strictObject({ verb: z.literal('stop-all') }),
  z.strictObject({ verb: z.literal('unlock') }),
  /** A hook of a session in a terminal; `wait`: people are asked, and hanging up takes the question back. */
  z.strictObject({ verb: z.literal('hook'), agent: HookAgent, wait: z.boolean(), event: HookEvent }),
  /** A script's command that waits for people; hanging up takes the question back, or says that nobody knows how it ended. */
  z.strictObject({ verb: z.literal('gate'), wish: GateWish }),
  z.strictObject({ verb: z.literal('gate-ended'), exitCode: z.nullable(z.int()) }),
  /** Both branches of a forked trust log, after a look at what the relay shows now. */
  z.strictObject({ verb: z.literal('branches') }),
  /** A person has typed the code of an owner's choice. */
  z.strictObject({ verb: z.literal('settle'), code: z.string().check(z.maxLength(40)) }),
  z.strictObject({ verb: z.literal('rules') }),
  /** Ends a device's power at this host, or takes that back. */
  z.strictObject({ verb: z.literal('unpair'), kid: z.string().check(z.maxLength(50)), undo: z.boolean() }),
  z.strictObject({ verb: z.literal('revoke-rule'), id: z.string().check(z.maxLength(40)) }),
])
export type ControlRequest = z.infer<typeof ControlRequest>

/** A line of the answer; `event` names it. */
export type ControlEvent = { event: string; [field: string]: unknown }

export const refusedEvent = ({ code, detail }: Refused): ControlEvent => ({
  event: 'refused',
  code,
  ...(detail === undefined ? {} : { detail }),
})

/** Serves one program: answers go to `tell`, until it hangs up, which `gone` says. */
export type ControlSession = { request(request: ControlRequest): void; gone(): void }

export type ControlServer = { close(): Promise<void> }

/**
 * Listens on the control socket (0600, in a folder of 0700: only this user). Errors: `conflict` when another host agent runs on the
 * same home; what a crash left is taken over.
 */
export async function startControl(
  home: string,
  serve: (tell: (event: ControlEvent) => void) => ControlSession,
): Promise<Result<ControlServer>> {
  const path = controlPath(home)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  if (await answers(path)) return refused('conflict', 'A host agent runs already on this home folder.')
  await rm(path, { force: true })
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    const tell = (event: ControlEvent) => void (socket.writable && socket.write(`${JSON.stringify(event)}\n`))
    const session = serve(tell)
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      session.gone()
    })
    const lines = createInterface({ input: socket })
    // It says the socket's errors again, and unheard they would end the host.
    lines.on('error', () => {})
    lines.on('line', (line) => {
      const request = parse(line)
      if (request) session.request(request)
      else tell({ event: 'refused', code: 'usage' })
    })
  })
  // The mask makes the socket private from its first moment.
  const mask = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
  } finally {
    process.umask(mask)
  }
  await chmod(path, 0o600)
  return ok({
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  })
}

const answers = (path: string) =>
  new Promise<boolean>((resolve) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

function parse(line: string): ControlRequest | null {
  try {
    return ControlRequest.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}
