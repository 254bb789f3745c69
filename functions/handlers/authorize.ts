import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda'
import type { Caller } from '#protocol/frames.ts'
import { SOCKET_PROTOCOL } from '#protocol/version.ts'
import type { HttpPorts } from '../ports/ports.ts'
import { originAllowed } from './pipeline/origin.ts'
import { prove } from './pipeline/prove.ts'

type AuthorizerPorts = Pick<HttpPorts, 'settings' | 'clock' | 'teams' | 'log'>
/** What a connection's later events carry of it: strings only, API Gateway's rule. */
export type AuthorizerContext = Caller & { jti: string; exp: string }

export type Authorize = (event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>

export const authorizer =
  (ports: AuthorizerPorts): Authorize =>
  (event) =>
    authorize(event, ports)

/**
 * The authorizer of `$connect`. The proof travels beside the sub-protocol, since a browser can set no other header. Refusing is a policy that denies; API
 * Gateway answers 403.
 */
export async function authorize(
  event: APIGatewayRequestAuthorizerEvent,
  ports: AuthorizerPorts,
): Promise<APIGatewayAuthorizerResult> {
  const headers = new Map(Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  const deny = (code: string): APIGatewayAuthorizerResult => {
    ports.log.info('connect refused', { code, requestId: event.requestContext.requestId })
    return policy('nobody', 'Deny', event.methodArn)
  }
  if (!originAllowed(headers.get('origin'), ports.settings.origins)) return deny('origin_refused')
  const [protocol, jws, ...rest] = (headers.get('sec-websocket-protocol') ?? '').split(',').map((part) => part.trim())
  if (protocol !== SOCKET_PROTOCOL || !jws || rest.length > 0) return deny('proof_missing')
  const proof = await prove(ports, { jws, method: 'GET', path: new URL(ports.settings.socketUrl).pathname })
  if (!proof.ok) return deny(proof.code)
  const { caller, jti, exp } = proof.value
  if (caller.role === 'self') return deny('key_unknown')
  return policy(caller.kid, 'Allow', event.methodArn, { ...caller, jti, exp: String(exp) })
}

const policy = (
  principalId: string,
  Effect: 'Allow' | 'Deny',
  Resource: string,
  context?: AuthorizerContext,
): APIGatewayAuthorizerResult => ({
  principalId,
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
  ...(context ? { context } : {}),
})
