import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import webPush from 'web-push'
import type { PushSubscription } from '#protocol/records.ts'

export type SendOrder = {
  subscription: PushSubscription
  text: string
  vapid: { publicKey: string; privateKey: string }
  /** Which of Node's two ways to make a request. */
  by: 'https' | 'fetch'
}

const self = fileURLToPath(import.meta.url)

/** Pushes from a process of its own, as a relay does, with these environment variables; returns the status of the answer. */
export async function sendPush(order: SendOrder, environment: Record<string, string>): Promise<number> {
  const env = { ...process.env, ...environment }
  const { stdout } = await promisify(execFile)(process.execPath, [self, JSON.stringify(order)], { env })
  return Number(stdout)
}

async function send({ subscription, text, vapid, by }: SendOrder): Promise<number> {
  const options = { vapidDetails: { subject: 'mailto:test@example.com', ...vapid }, TTL: 60, urgency: 'high' } as const
  if (by === 'https') {
    const sent = webPush.sendNotification(subscription, text, options)
    return sent.then(
      ({ statusCode }) => statusCode,
      (error: unknown) => (error instanceof webPush.WebPushError ? error.statusCode : Promise.reject(error)),
    )
  }
  const { endpoint, headers, body } = webPush.generateRequestDetails(subscription, text, options)
  const { 'Content-Length': _, ...own } = headers
  return (await fetch(endpoint, { method: 'POST', headers: own, body: body ? new Uint8Array(body) : null })).status
}

if (process.argv[1] === self) {
  const order: SendOrder = JSON.parse(process.argv[2] ?? '')
  process.stdout.write(String(await send(order)))
}
