import type { RendezvousSlot } from '#protocol/statements/pairing.ts'

export type RendezvousRow = {
  id: string
  card: string
  expiresAt: number
  accepts: string[]
  slots: Partial<Record<Exclude<RendezvousSlot, 'accept'>, string>>
}

/** Where a host and a device that don't know each other leave messages for a few minutes. */
export type Rendezvous = {
  /** `exists`: somebody offered under this id; the answer says what. */
  offer(row: { id: string; card: string; expiresAt: number }, keepUntil: number): Promise<'done' | RendezvousRow>
  get(id: string): Promise<RendezvousRow | null>
  /** Keeps up to `atMost` different accepts. False: there are as many. */
  accept(id: string, content: string, atMost: number): Promise<boolean>
  /** Each slot is written once. False: it holds something else. */
  write(id: string, slot: Exclude<RendezvousSlot, 'accept'>, content: string): Promise<boolean>
}
