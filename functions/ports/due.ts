/** An item whose time has come, by what it is. Its base row has to be looked at before anything is done. */
export type DueItem =
  | { kind: 'inbox'; teamId: string; hostId: string; inboxId: string }
  | { kind: 'approval'; teamId: string; approvalId: string }
  | { kind: 'receipt'; teamId: string; approvalId: string }

export type Due = {
  /** Everything due at `now`, in pages over all shards. */
  pages(now: number): AsyncIterable<DueItem[]>
}
