import { Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  CfnIntegration,
  CfnIntegrationResponse,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  WebSocketApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import {
  HttpLambdaIntegration,
  WebSocketLambdaIntegration,
  WebSocketMockIntegration,
} from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { pong, socketRoutes } from '#functions/routes.ts'
import { httpRoutes } from '#protocol/http.ts'
import { logGroup } from './logs.ts'

/** Requests a second, and how many at once, that one stack admits: far above a team's need, far below an account's 10,000. */
const throttle = { rateLimit: 500, burstLimit: 1_000 }

/** Ids and times only: neither a path's query nor a header, where proofs travel. */
const logFormat = (route: string) =>
  AccessLogFormat.custom(
    JSON.stringify({
      requestId: '$context.requestId',
      route,
      status: '$context.status',
      at: '$context.requestTimeEpoch',
      error: '$context.error.messageString',
    }),
  )

/** The WebSocket API and the HTTP API, first without routes: functions are told these addresses before routes can name functions. */
export class RelayApis extends Construct {
  readonly socket: WebSocketApi
  readonly socketStage: WebSocketStage
  readonly http: HttpApi
  /** `wss://…`: where devices and hosts connect. */
  readonly socketUrl: string
  /** ARN of every live connection: which there will be is not known beforehand. */
  readonly connections: string

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.socket = new WebSocketApi(this, 'Socket', { routeSelectionExpression: '$request.body.type' })
    this.socketStage = new WebSocketStage(this, 'SocketStage', {
      webSocketApi: this.socket,
      stageName: 'v1',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup(this, 'SocketLog')),
        format: logFormat('$context.routeKey'),
      },
    })
    this.socketUrl = this.socketStage.url
    this.connections = this.socket.arnForExecuteApiV2('*/@connections/*', this.socketStage.stageName)
    this.http = new HttpApi(this, 'Http', { createDefaultStage: false })
    new HttpStage(this, 'HttpStage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup(this, 'HttpLog')),
        format: logFormat('$context.routeKey'),
      },
    })
  }

  /** Every route of the one table, each to the function that the table names. */
  addRoutes(functions: { websocket: IFunction; http: IFunction; authorizer: IFunction }): void {
    const authorizer = new WebSocketLambdaAuthorizer('Proof', functions.authorizer, {
      identitySource: ['route.request.header.Sec-WebSocket-Protocol'],
    })
    for (const [routeKey, { integration, answers }] of Object.entries(socketRoutes)) {
      if (integration === 'mock') this.#addMock(routeKey)
      else {
        this.socket.addRoute(routeKey, {
          integration: new WebSocketLambdaIntegration(`${routeKey}Integration`, functions[integration]),
          ...(routeKey === '$connect' ? { authorizer } : {}),
          returnResponse: answers,
        })
      }
    }
    const toHttp = new HttpLambdaIntegration('HttpIntegration', functions.http, { scopePermissionToRoute: false })
    for (const { method, path } of Object.values(httpRoutes)) {
      this.http.addRoutes({ path, methods: [HttpMethod[method]], integration: toHttp })
    }
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'HTTP: the function itself checks the proof of key, which covers the body, and API Gateway shows no body to authorizers. WebSocket: API Gateway authorizes $connect only.',
    })
    new HttpRoute(this, 'HttpDefault', {
      httpApi: this.http,
      routeKey: HttpRouteKey.DEFAULT,
      integration: toHttp,
    })
  }

  /** A route that API Gateway answers by itself: a heartbeat of an idle host costs no invocation. */
  #addMock(routeKey: string): void {
    const route = this.socket.addRoute(routeKey, {
      integration: new WebSocketMockIntegration(`${routeKey}Integration`, {
        requestTemplates: { $default: JSON.stringify({ statusCode: 200 }) },
        templateSelectionExpression: '\\$default',
      }),
      returnResponse: true,
    })
    const integration = route.node.findAll().find((child) => child instanceof CfnIntegration)
    if (!integration) throw new Error(`${routeKey} has no integration`)
    new CfnIntegrationResponse(route, 'Answer', {
      apiId: this.socket.apiId,
      integrationId: integration.ref,
      integrationResponseKey: '$default',
      templateSelectionExpression: '\\$default',
      responseTemplates: { $default: pong },
    })
  }
}
