import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { App } from '#functions/app.ts'

/** Counts what would cost something in the cloud, for tests and benches that hold a budget. */
export type Observe = {
  /** A call of DynamoDB, with the items that it read or wrote; a transaction counts each of its items. */
  database(command: string, items: number): void
  /** An invocation of a function: its name, and the route that it was invoked for. */
  invocation(name: string, route: string): void
}

type Input = { TransactItems?: unknown[]; RequestItems?: Record<string, unknown[]> }
type Output = { Count?: number }

function itemsOf(command: string, input: Input, output: Output): number {
  if (command === 'TransactWriteItemsCommand') return input.TransactItems?.length ?? 0
  if (command === 'BatchWriteItemCommand') return Object.values(input.RequestItems ?? {}).flat().length
  return command === 'QueryCommand' || command === 'ScanCommand' ? (output.Count ?? 0) : 1
}

export function observeDatabase(client: DynamoDBClient, { database }: Observe): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next(args)
        database(commandName, itemsOf(commandName, args.input as Input, result.output as Output))
        return result
      },
    { step: 'initialize', name: 'observe' },
  )
}

export const observeApp = (app: App, { invocation }: Observe): App => ({
  ...app,
  authorizer(event) {
    invocation('authorizer', '$connect')
    return app.authorizer(event)
  },
  websocket(event) {
    invocation('websocket', event.requestContext.routeKey)
    return app.websocket(event)
  },
  http(event) {
    invocation('http', event.routeKey)
    return app.http(event)
  },
})
