import middy from '@middy/core'
import type { HttpRoute, HttpRouteName } from '#protocol/http.ts'
import type { HttpPorts } from '../../ports/ports.ts'
import { readBody } from './body.ts'
import { catchErrors } from './errors.ts'
import type { Admitted, HttpAnswer, HttpEvent, HttpHandler, HttpRequest } from './http.ts'
import { answer, problem } from './http.ts'
import { checkOrigin } from './origin.ts'
import { parseRequest } from './parse.ts'
import { proveKey } from './prove.ts'

export type ServeHttp = (event: HttpEvent) => Promise<HttpAnswer>

/** A verb as API Gateway calls it: origin, size, proof, form, and only then the handler. */
export function serveHttp<N extends HttpRouteName>(
  route: HttpRoute,
  handle: HttpHandler<N>,
  ports: HttpPorts,
): ServeHttp {
  const serve = middy<Admitted, HttpAnswer>(async (event: Admitted) => {
    // Parsed by `parseRequest` with this route's schemas: the one place where the type is taken on trust.
    const result = await handle(event.request as HttpRequest<N>, ports)
    return result.ok ? answer(result.value) : problem(result, ports.clock.now())
  })
    .use(catchErrors(ports))
    .use(checkOrigin(ports))
    .use(readBody(ports))
    .use(proveKey(ports, route.guard))
    .use(parseRequest(ports, route))
  return logged(serve as unknown as ServeHttp, ports)
}

/** One line a request. */
export function logged(serve: ServeHttp, { log, clock }: Pick<HttpPorts, 'log' | 'clock'>): ServeHttp {
  return async (event) => {
    const from = clock.now()
    const answered = await serve(event)
    const { caller } = event as Admitted
    const who = caller && 'teamId' in caller ? { teamId: caller.teamId, kid: caller.kid } : {}
    log.info('request', {
      route: event.routeKey,
      status: answered.statusCode,
      ms: clock.now() - from,
      ...codeOf(answered),
      ...who,
      requestId: event.requestContext.requestId,
    })
    return answered
  }
}

/** The refusal's code, which is a problem document's first field. */
function codeOf({ statusCode = 200, body }: HttpAnswer): { code?: string } {
  const code = statusCode >= 400 ? /^\{"type":"([a-z_]+)"/.exec(body ?? '')?.[1] : undefined
  return code === undefined ? {} : { code }
}
