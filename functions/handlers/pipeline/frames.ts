import type { Result } from '#protocol/errors.ts'
import { errors, type Refused } from '#protocol/errors.ts'
import type { FrameDown, FrameUp } from '#protocol/frames.ts'
import type { SocketPorts } from '../../ports/ports.ts'
import type { DeviceCaller, HostCaller } from './http.ts'

/** Frames that reach a function: the gateway answers `ping` by itself. */
export type Request = Exclude<FrameUp, { type: 'ping' }>
export type RequestOf<T extends Request['type']> = Extract<Request, { type: T }>

export type FrameContext = { caller: DeviceCaller | HostCaller; connectionId: string }

/** One frame's verb: the parsed frame, who sent it and the ports in; the answering frame or a refusal out. */
export type FrameHandler<T extends Request['type']> = (
  frame: RequestOf<T>,
  context: FrameContext,
  ports: SocketPorts,
) => Promise<Result<FrameDown>>

export const refusedFrame = ({ code, detail }: Refused, re?: string): FrameDown => ({
  type: 'refused',
  ...(re === undefined ? {} : { re }),
  code,
  title: detail ?? errors[code][1],
})

export type FrameHandlers = { readonly [T in Request['type']]: FrameHandler<T> }
