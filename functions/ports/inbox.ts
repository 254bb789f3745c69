import type { InboxItem } from '#protocol/records.ts'

/** What a host must still act on. Items are written in one transaction with the row they belong to, so most are put by other repositories. */
export type Inbox = {
  /** Oldest first, read consistently: work is never read from an index. `after` is an inbox id. */
  page(
    teamId: string,
    hostId: string,
    after: string | null,
    limit: number,
  ): Promise<{ items: InboxItem[]; more: boolean }>
  /** How many wait, counted up to `atMost`. */
  count(teamId: string, hostId: string, atMost: number): Promise<number>
  /** Deletes them; those that are gone already are no error. */
  acknowledge(teamId: string, hostId: string, ids: string[]): Promise<void>
  /** An input, kept by its sender's id: `done` also for an exact repeat. */
  addInput(
    teamId: string,
    hostId: string,
    item: Extract<InboxItem, { kind: 'input' }>,
    contentHash: string,
  ): Promise<'done' | 'id_reused'>
  /** For the sweep: moves when this item is told again; false if it is gone. */
  retell(teamId: string, hostId: string, inboxId: string, now: number): Promise<boolean>
}
