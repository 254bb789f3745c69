import { expect, test } from 'vitest'
import { Environment } from '#functions/main/environment.ts'
import { type FunctionName, pong, routeKeyOf, socketRoutes, sweepEveryMinutes } from '#functions/routes.ts'
import { table as definition } from '#functions/table.ts'
import { httpRoutes } from '#protocol/http.ts'
import { synthesize } from './synthesize.ts'

/** Every test looks at the same template. */
const template = synthesize()

const resources = (type: string) =>
  Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) =>
    Type === type ? [{ id, ...Properties }] : [],
  )

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of any depth, and every test says what it expects in it.
type Loose = any
const one = (type: string): Loose => {
  const found = resources(type)
  expect(found).toHaveLength(1)
  return found[0]
}

const apiId = (protocol: string) =>
  resources('AWS::ApiGatewayV2::Api').find((api: Loose) => api.ProtocolType === protocol)?.id
const routesOf = (protocol: string): Loose[] =>
  resources('AWS::ApiGatewayV2::Route').filter((route: Loose) => route.ApiId.Ref === apiId(protocol))
const integrationOf = (route: Loose): Loose => {
  const id = JSON.stringify(route.Target).match(/"Ref":"(\w+)"/)?.[1]
  return template.Resources[id ?? '']?.Properties
}
/** The name of the function that something refers to: the folder of constructs it stands in. */
const functionIn = (value: unknown): string | undefined =>
  JSON.stringify(value).match(/"(?:Claim)?(websocket|http|authorizer|sweep|claim)Function/)?.[1]

test('the WebSocket API has exactly the routes of the table, each at the function that the table names', () => {
  const routes = routesOf('WEBSOCKET')
  expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(Object.keys(socketRoutes).sort())
  for (const route of routes) {
    const { integration, answers } = socketRoutes[route.RouteKey as keyof typeof socketRoutes]
    const { IntegrationType, IntegrationUri } = integrationOf(route)
    expect(IntegrationType).toBe(integration === 'mock' ? 'MOCK' : 'AWS_PROXY')
    if (integration !== 'mock') expect(functionIn(IntegrationUri)).toBe(integration)
    expect(route.RouteResponseSelectionExpression).toBe(answers ? '$default' : undefined)
  }
})

test('frames are told apart by their type', () => {
  const api: Loose = resources('AWS::ApiGatewayV2::Api').find((each: Loose) => each.ProtocolType === 'WEBSOCKET')
  expect(api.RouteSelectionExpression).toBe('$request.body.type')
})

test('API Gateway answers ping by itself, in the words of the table', () => {
  const route = routesOf('WEBSOCKET').find(({ RouteKey }) => RouteKey === 'ping')
  const integration = integrationOf(route)
  expect(integration).toMatchObject({ IntegrationType: 'MOCK', TemplateSelectionExpression: '\\$default' })
  expect(JSON.parse(integration.RequestTemplates.$default)).toEqual({ statusCode: 200 })
  const answer = one('AWS::ApiGatewayV2::IntegrationResponse')
  expect(answer).toMatchObject({ IntegrationResponseKey: '$default', TemplateSelectionExpression: '\\$default' })
  expect(answer.ResponseTemplates).toEqual({ $default: pong })
  const responses: Loose[] = resources('AWS::ApiGatewayV2::RouteResponse')
  expect(responses.filter(({ RouteId }) => RouteId.Ref === route.id)).toHaveLength(1)
})

test('only who proves a key connects: the authorizer sees the sub-protocol header, and stands before $connect alone', () => {
  const authorizer = one('AWS::ApiGatewayV2::Authorizer')
  expect(authorizer).toMatchObject({
    AuthorizerType: 'REQUEST',
    IdentitySource: ['route.request.header.Sec-WebSocket-Protocol'],
  })
  expect(functionIn(authorizer.AuthorizerUri)).toBe('authorizer')
  const guarded = routesOf('WEBSOCKET').filter(({ AuthorizationType }) => AuthorizationType === 'CUSTOM')
  expect(guarded.map(({ RouteKey, AuthorizerId }) => [RouteKey, AuthorizerId.Ref])).toEqual([
    ['$connect', authorizer.id],
  ])
})

test('the HTTP API has exactly the routes of the protocol, and what matches none gets our own refusal', () => {
  const routes = routesOf('HTTP')
  const expected = [...Object.values(httpRoutes).map(routeKeyOf), '$default']
  expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(expected.sort())
  for (const route of routes) expect(functionIn(integrationOf(route).IntegrationUri)).toBe('http')
})

test('every function runs on Node 24, is told of the table, and logs for a month', () => {
  const functions: Loose[] = resources('AWS::Lambda::Function')
  const names = functions.map(({ id }) => functionIn(id) ?? functionIn({ Ref: id }))
  expect(names.sort()).toEqual(['authorizer', 'claim', 'http', 'sweep', 'websocket'])
  for (const each of functions) {
    expect(each).toMatchObject({ Runtime: 'nodejs24.x', Handler: 'index.handler' })
    const log: Loose = template.Resources[each.LoggingConfig.LogGroup.Ref]
    expect(log.Properties.RetentionInDays).toBe(30)
  }
  expect(resources('AWS::Logs::LogGroup').every((log: Loose) => log.RetentionInDays === 30)).toBe(true)
})

test('every function is told what it asks for, and nothing else', () => {
  for (const { id, Environment: environment } of resources('AWS::Lambda::Function') as Loose[]) {
    const asked = functionIn({ Ref: id }) === 'claim' ? ['TABLE'] : Object.keys(Environment.def.shape)
    expect(Object.keys(environment.Variables).sort()).toEqual(asked.sort())
  }
})

test('the table is the one that the relay on one machine makes', () => {
  const { id, ...table } = one('AWS::DynamoDB::Table')
  const { dueIndex } = definition
  expect(table).toMatchObject({
    KeySchema: [
      { AttributeName: definition.partitionKey, KeyType: 'HASH' },
      { AttributeName: definition.sortKey, KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: definition.ttl, Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    DeletionProtectionEnabled: true,
    GlobalSecondaryIndexes: [
      {
        IndexName: dueIndex.name,
        KeySchema: [
          { AttributeName: dueIndex.partitionKey, KeyType: 'HASH' },
          { AttributeName: dueIndex.sortKey, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: dueIndex.projection },
      },
    ],
  })
  const types = Object.fromEntries(
    table.AttributeDefinitions.map((each: Loose) => [each.AttributeName, each.AttributeType]),
  )
  expect(types).toEqual({
    [definition.partitionKey]: 'S',
    [definition.sortKey]: 'S',
    [dueIndex.partitionKey]: 'S',
    [dueIndex.sortKey]: 'N',
  })
  expect(template.Resources[id]?.DeletionPolicy).toBe('Retain')
})

test('the sweep runs each minute', () => {
  const rule = one('AWS::Events::Rule')
  expect(rule.ScheduleExpression).toBe(
    sweepEveryMinutes === 1 ? 'rate(1 minute)' : `rate(${sweepEveryMinutes} minutes)`,
  )
  expect(rule.State).toBe('ENABLED')
  expect(functionIn(rule.Targets)).toBe('sweep')
})

test('the app and the API share an origin, and everything goes over TLS', () => {
  const { DistributionConfig: config } = one('AWS::CloudFront::Distribution')
  expect(config.CacheBehaviors.map(({ PathPattern }: Loose) => PathPattern)).toEqual(['/v1/*'])
  for (const behavior of [config.DefaultCacheBehavior, ...config.CacheBehaviors]) {
    expect(behavior.ViewerProtocolPolicy).toBe('redirect-to-https')
    expect(behavior.ResponseHeadersPolicyId).toBeDefined()
  }
  expect(resources('AWS::S3::Bucket')).toHaveLength(2)
  for (const bucket of resources('AWS::S3::Bucket') as Loose[]) {
    expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true])
  }
})

test('the address of the app, that of the socket and the claim code are outputs', () => {
  expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining(['AppUrl', 'SocketUrl', 'ClaimCode']))
  expect(template.Outputs.ClaimCode?.Value).toEqual({ 'Fn::GetAtt': [one('Custom::ClaimCode').id, 'code'] })
})

type Grant = { actions: string[]; resource: string }

const grantsOf = (name: FunctionName | 'claim'): Grant[] =>
  resources('AWS::IAM::Policy')
    .filter((policy: Loose) => policy.id.startsWith(`${name === 'claim' ? 'Claim' : ''}${name}Role`))
    .flatMap((policy: Loose) => policy.PolicyDocument.Statement)
    .map(({ Action, Resource }: Loose) => ({ actions: [Action].flat(), resource: JSON.stringify(Resource) }))

test('roles have no managed policies, and no action has a wildcard', () => {
  expect(resources('AWS::IAM::Role').filter((role: Loose) => role.ManagedPolicyArns)).toEqual([])
  const actions = resources('AWS::IAM::Policy').flatMap((policy: Loose) =>
    policy.PolicyDocument.Statement.flatMap(({ Action }: Loose) => Action),
  )
  expect(actions.filter((action) => action.includes('*'))).toEqual([])
})

test.each<[FunctionName | 'claim', string[]]>([
  ['authorizer', []],
  ['claim', []],
  ['websocket', ['execute-api']],
  ['http', ['execute-api', 's3']],
  ['sweep', ['execute-api']],
])('%s has a wildcard only where ids can not be known: %j', (name, expected) => {
  const wild = grantsOf(name).filter(({ resource }) => resource.includes('*'))
  expect(wild.map(({ actions }) => actions[0]?.split(':')[0]).sort()).toEqual(expected)
  for (const { resource } of wild) expect(resource).toMatch(/@connections\/\*"|"\/\*"\]/)
})

test.each<[FunctionName | 'claim', string[]]>([
  ['authorizer', ['dynamodb', 'logs']],
  ['claim', ['dynamodb', 'logs']],
  ['websocket', ['dynamodb', 'execute-api', 'logs']],
  ['http', ['dynamodb', 'execute-api', 'logs', 's3']],
  ['sweep', ['dynamodb', 'execute-api', 'logs']],
])('%s may use nothing but %j', (name, expected) => {
  const services = new Set(grantsOf(name).flatMap(({ actions }) => actions.map((action) => action.split(':')[0])))
  expect([...services].sort()).toEqual(expected)
})

test('nobody may scan the table, and the function that makes the claim may only put', () => {
  const all = (['websocket', 'http', 'authorizer', 'sweep', 'claim'] as const).flatMap(grantsOf)
  expect(all.flatMap(({ actions }) => actions)).not.toContain('dynamodb:Scan')
  const claim = grantsOf('claim').flatMap(({ actions }) => actions)
  expect(claim.filter((action) => action.startsWith('dynamodb:'))).toEqual(['dynamodb:PutItem'])
})
