/** Where it is noted that this browser was paired: outside of IndexedDB, which a browser may clear by itself, and the keys with it. Nothing secret is here. */
const CACHE = 'countersign-paired'
const markOf = (place: string) => `/paired/${place}`

/** Its keys are to be gone. */
export async function unmarkPaired(place: string): Promise<void> {
  await (await caches.open(CACHE)).delete(markOf(place))
}

/** Whether this browser was paired once and nobody has left that team here: whoever finds no keys then knows that they were cleared. */
export async function wasPaired(): Promise<boolean> {
  return (await (await caches.open(CACHE)).keys()).length > 0
}

/** This browser has keys of these teams and of no others: what it knows nothing of any more was cleared before it was paired anew. A browser without a Cache Storage notes nothing. */
export async function keepMarks(places: readonly string[]): Promise<void> {
  if (!('caches' in globalThis)) return
  const cache = await caches.open(CACHE)
  const known = new Set(places.map(markOf))
  for (const mark of await cache.keys()) if (!known.has(new URL(mark.url).pathname)) await cache.delete(mark)
  for (const mark of known) await cache.put(mark, new Response(''))
}
