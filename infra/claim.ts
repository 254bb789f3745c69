import { CustomResource, Duration } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import { lambda, may } from './functions.ts'

/**
 * The claim code that admits the first team, made by a function while the stack is created: the table gets its hash, the stack's output the code.
 * It works once. `edition`: any other text makes a new code, for when the old one was lost or has expired.
 */
export class Claim extends Construct {
  readonly code: string

  constructor(scope: Construct, id: string, { table, environment, edition }: ClaimProps) {
    super(scope, id)
    const maker = lambda(this, 'claim', Duration.seconds(30), environment)
    may(maker.role, 'dynamodb', ['PutItem'], table.tableArn)
    const made = new CustomResource(this, 'Code', {
      resourceType: 'Custom::ClaimCode',
      serviceToken: maker.functionArn,
      properties: { edition },
    })
    // Its role has to be able to write before it is called.
    if (maker.role) made.node.addDependency(maker.role)
    this.code = made.getAttString('code')
  }
}

type ClaimProps = { table: Table; environment: Record<string, string>; edition: string }
