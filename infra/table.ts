import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import { table as definition } from '#functions/table.ts'

/** The one table, from the definition that the relay on one machine makes its own of. It outlives the stack: it holds the teams' trust logs. */
export function relayTable(scope: Construct): Table {
  const table = new Table(scope, 'Table', {
    partitionKey: { name: definition.partitionKey, type: AttributeType.STRING },
    sortKey: { name: definition.sortKey, type: AttributeType.STRING },
    timeToLiveAttribute: definition.ttl,
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  })
  const { name, partitionKey, sortKey, projection } = definition.dueIndex
  table.addGlobalSecondaryIndex({
    indexName: name,
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.NUMBER },
    projectionType: ProjectionType[projection],
  })
  return table
}
