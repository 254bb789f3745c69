/** Pictures that another app has shared with this one: the worker puts them here, the screen of a new task takes them. */
const CACHE = 'shared'
const MOST = 8

/** Of what was shared only pictures: words that somebody else chose never stand in a task. */
export async function keepShared(caches: CacheStorage, form: FormData): Promise<void> {
  await caches.delete(CACHE)
  const cache = await caches.open(CACHE)
  const files = form.getAll('pictures').filter((value) => value instanceof File && value.type.startsWith('image/'))
  for (const [index, file] of files.slice(0, MOST).entries()) await cache.put(`/shared/${index}`, new Response(file))
}

/** What was shared, once. */
export async function takeShared(caches: CacheStorage | undefined): Promise<File[]> {
  if (!caches || !(await caches.has(CACHE))) return []
  const cache = await caches.open(CACHE)
  const files: File[] = []
  for (const place of await cache.keys()) {
    const kept = await cache.match(place)
    if (kept) files.push(new File([await kept.blob()], `shared ${files.length + 1}.jpg`))
  }
  await caches.delete(CACHE)
  return files
}
