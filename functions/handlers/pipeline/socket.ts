import type { APIGatewayProxyStructuredResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda'
import { type Refused, refused } from '#protocol/errors.ts'
import { Caller, FrameUp } from '#protocol/frames.ts'
import { FrameId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import type { Request } from './frames.ts'
import type { DeviceCaller, HostCaller } from './http.ts'

/** An event of the WebSocket API: what we use of it. `authorizer` holds what our own authorizer said at `$connect`, as strings. */
export type SocketEvent = Pick<APIGatewayProxyWebsocketEventV2, 'isBase64Encoded' | 'body'> & {
  requestContext: {
    routeKey: string
    connectionId: string
    requestId: string
    authorizer?: Record<string, unknown> | undefined
  }
}
export type SocketAnswer = APIGatewayProxyStructuredResultV2

/** Null when the gateway passes something that the authorizer never said. */
export function callerOf(event: SocketEvent): DeviceCaller | HostCaller | null {
  const parsed = Caller.safeParse(event.requestContext.authorizer)
  if (!parsed.success) return null
  const { teamId, kid, role, hostId } = parsed.data
  if (role === 'device') return { role, teamId, kid }
  return hostId === undefined ? null : { role, teamId, kid, hostId }
}

/** A frame from text. A refusal names the frame where its id can be read. */
export function parseFrame(text: string | undefined): { frame: FrameUp } | { refusal: Refused; re?: string } {
  if (text === undefined) return { refusal: refused('frame_invalid') }
  if (Buffer.byteLength(text) > limits.frameBytes) return { refusal: refused('frame_too_large') }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { refusal: refused('frame_invalid') }
  }
  const parsed = FrameUp.safeParse(json)
  if (parsed.success) return { frame: parsed.data }
  const id = FrameId.safeParse((json as { id?: unknown } | null)?.id)
  return { refusal: refused('frame_invalid'), ...(id.success ? { re: id.data } : {}) }
}

export const isRequest = (frame: FrameUp): frame is Request => frame.type !== 'ping'
