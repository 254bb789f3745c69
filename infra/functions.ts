import { Duration, Stack, Validations } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets'
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js'
import { Construct } from 'constructs'
import { type FunctionName, sweepEveryMinutes } from '#functions/routes.ts'
import { table as definition } from '#functions/table.ts'
import { limits } from '#protocol/limits.ts'
import { bundleFunction } from './bundle.ts'
import { logGroup } from './logs.ts'

type Environment = Record<string, string>

/**
 * One function: `functions/main/<name>.ts`, bundled, in a role of its own that may write its own log and nothing else until something grants it
 * more.
 */
export function lambda(scope: Construct, name: string, timeout: Duration, environment: Environment): LambdaFunction {
  const room = new Construct(scope, name)
  const log = logGroup(room, 'Log')
  const role = new Role(room, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  log.grantWrite(role)
  return new LambdaFunction(room, 'Function', {
    description: `Countersign relay: ${name}`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(bundleFunction(name).folder),
    // CPU comes with memory, and a tap waits for signatures to be checked.
    memorySize: 512,
    timeout,
    environment,
    logGroup: log,
    role,
  })
}

type World = {
  table: Table
  blobs: IBucket
  /** ARN of the live connections. */
  connections: string
  environment: Environment
}

/** The relay's four functions, each with the rights that its part of the work takes. */
export function relayFunctions(scope: Construct, { table, blobs, connections, environment }: World) {
  const within = Duration.millis(limits.integrationMs)
  const make = (name: FunctionName, timeout: Duration) => lambda(scope, name, timeout, environment)
  const functions = {
    websocket: make('websocket', within),
    http: make('http', within),
    authorizer: make('authorizer', Duration.seconds(10)),
    sweep: make('sweep', Duration.seconds(55)),
  } satisfies Record<FunctionName, LambdaFunction>

  const read = ['GetItem', 'Query', 'BatchGetItem', 'ConditionCheckItem']
  const write = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']
  may(functions.authorizer.role, 'dynamodb', ['GetItem', 'PutItem'], table.tableArn)
  for (const { role } of [functions.websocket, functions.http, functions.sweep]) {
    may(role, 'dynamodb', [...read, ...write], table.tableArn)
    may(
      role,
      'execute-api',
      ['ManageConnections'],
      connections,
      'Connections come and go: their ids can’t be listed here.',
    )
  }
  may(functions.sweep.role, 'dynamodb', ['Query'], `${table.tableArn}/index/${definition.dueIndex.name}`)
  may(functions.http.role, 's3', ['GetObject', 'PutObject'], blobs.arnForObjects('*'), 'A blob is named by its hash.')

  new Rule(scope, 'SweepSchedule', {
    schedule: Schedule.rate(Duration.minutes(sweepEveryMinutes)),
    targets: [new FunctionTarget(functions.sweep, { retryAttempts: 0 })],
  })
  return functions
}

/** Allows exactly this. A `resource` with a wildcard needs its reason. */
export function may(role: IRole | undefined, service: string, actions: string[], resource: string, why?: string): void {
  if (!role) return
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: actions.map((action) => `${service}:${action}`), resources: [resource] }),
  )
  // By the very finding: another wildcard on the same role still fails the synthesis.
  const finding = `AwsSolutions-IAM5[Resource::${flattenCfnReference(Stack.of(role).resolve(resource))}]`
  if (why) Validations.of(role).acknowledge({ id: finding, reason: why })
}
