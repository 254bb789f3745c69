import { httpDefaultRoute, routeKeyOf } from '#functions/routes.ts'
import { httpRoutes } from '#protocol/http.ts'

export type Matched = { routeKey: string; params: Record<string, string> }

/** Finds the route of a path as API Gateway does: literal segments first, `{name}` takes one whole segment. */
export function routeMatcher(): (method: string, path: string) => Matched {
  const routes = Object.values(httpRoutes).map((route) => ({
    routeKey: routeKeyOf(route),
    method: route.method as string,
    segments: route.path.split('/'),
  }))
  return (method, path) => {
    const asked = path.split('/')
    for (const { routeKey, method: wanted, segments } of routes) {
      if (wanted !== method || segments.length !== asked.length) continue
      const params: Record<string, string> = {}
      const matches = segments.every((segment, index) => {
        const given = asked[index] ?? ''
        if (!segment.startsWith('{')) return segment === given
        params[segment.slice(1, -1)] = given
        return given !== ''
      })
      if (matches) return { routeKey, params }
    }
    return { routeKey: httpDefaultRoute, params: {} }
  }
}
