import type { FrameDown } from '#protocol/frames.ts'

/** Live connections, by API Gateway's management interface. A frame only says early what a row says, so losing one loses nothing. */
export type Connections = {
  /** `gone`: the connection is closed. `too_large`: it would not fit one frame and was not sent. `failed`: unknown, an outage. */
  post(connectionId: string, frame: FrameDown): Promise<'sent' | 'gone' | 'too_large' | 'failed'>
  close(connectionId: string): Promise<void>
  /** Epoch milliseconds of the last activity; null when it is closed or unknown. */
  lastActiveAt(connectionId: string): Promise<number | null>
}
