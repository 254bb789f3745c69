/**
 * What pages and worker tell each other; it says only that something was written to the store they share. `queue`: something was kept or dropped. `tried`: sending what is kept took long, and is over. `left`: what this browser had of
 * the team at this place is deleted. Whoever says it hears it too.
 */
export type Bulletin =
  | { type: 'approval'; id: string }
  | { type: 'queue' }
  | { type: 'tried' }
  | { type: 'left'; place: string }
  | { type: 'subscription' }
  | { type: 'push-check'; id: string }

const NAME = 'countersign'

export function post(bulletin: Bulletin): void {
  const channel = new BroadcastChannel(NAME)
  channel.postMessage(bulletin)
  channel.close()
}

/** Returns how to stop listening. */
export function onBulletin(listen: (bulletin: Bulletin) => void): () => void {
  const channel = new BroadcastChannel(NAME)
  channel.onmessage = ({ data }) => listen(data as Bulletin)
  return () => channel.close()
}
