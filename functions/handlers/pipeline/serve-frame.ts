import type { Result } from '#protocol/errors.ts'
import { refused } from '#protocol/errors.ts'
import type { FrameDown } from '#protocol/frames.ts'
import type { SocketPorts } from '../../ports/ports.ts'
import { pong } from '../../routes.ts'
import { isOutage } from './errors.ts'
import type { FrameContext, FrameHandler, FrameHandlers, Request } from './frames.ts'
import { refusedFrame } from './frames.ts'
import type { SocketAnswer, SocketEvent } from './socket.ts'
import { callerOf, isRequest, parseFrame } from './socket.ts'

const say = (frame: FrameDown): SocketAnswer => ({ statusCode: 200, body: JSON.stringify(frame) })

/**
 * One frame. Whatever is wrong with it, the answer is a frame with a code and the connection stays: only the gateway closes connections, for size, for
 * binary and for age.
 */
export const serveFrame =
  (handlers: FrameHandlers) =>
  async (event: SocketEvent, ports: SocketPorts): Promise<SocketAnswer> => {
    const caller = callerOf(event)
    if (!caller) return say(refusedFrame(refused('key_unknown')))
    const parsed = parseFrame(event.isBase64Encoded ? undefined : event.body)
    if ('refusal' in parsed) return say(refusedFrame(parsed.refusal, parsed.re))
    const { frame } = parsed
    if (!isRequest(frame)) return { statusCode: 200, body: pong }
    const context = { caller, connectionId: event.requestContext.connectionId }
    try {
      const result = await handle(handlers, frame, context, ports)
      return say(result.ok ? result.value : refusedFrame(result, frame.id))
    } catch (error) {
      const code = isOutage(error) ? 'unavailable' : 'internal'
      ports.log.error('frame failed', { type: frame.type, code, teamId: caller.teamId, kid: caller.kid }, error)
      return say(refusedFrame(refused(code), frame.id))
    }
  }

/** The table's row for the frame's type takes just that type, which a union can't say. */
const handle = <T extends Request['type']>(
  handlers: FrameHandlers,
  frame: Extract<Request, { type: T }>,
  context: FrameContext,
  ports: SocketPorts,
): Promise<Result<FrameDown>> => (handlers[frame.type] as unknown as FrameHandler<T>)(frame as never, context, ports)
