/**
 * Fills a route's path (`/v1/tasks/{id}`) and adds the query. Values are percent-encoded; a query value that is undefined is left out.
 * The result is what the proof names as `htu`, so it has to be byte for byte what goes over the wire.
 */
export function routeUrl(
  path: string,
  params: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string | undefined>>,
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  )
  return pairs.length > 0 ? `${filled}?${pairs.join('&')}` : filled
}
