import { randomBytes } from 'node:crypto'
import { request } from 'node:https'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { CloudFormationCustomResourceEvent } from 'aws-lambda'
import * as z from 'zod/mini'
import { limits } from '#protocol/limits.ts'
import { dynamoTeams } from '../adapters/dynamodb/teams.ts'
import { claimHash } from '../domain/content-hash.ts'
import { table } from '../table.ts'
import { readEnvironment } from './environment.ts'

/**
 * CloudFormation's custom resource: makes the claim code that admits the first team. The table gets its hash, the stack's output the code. Whatever
 * happens, CloudFormation is answered, else it waits for an hour.
 */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  const code = randomBytes(20).toString('base64url')
  let Status: 'SUCCESS' | 'FAILED' = 'SUCCESS'
  try {
    if (event.RequestType !== 'Delete') await offer(code)
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ level: 'error', message: 'no claim code', error: String(error) })}\n`)
    Status = 'FAILED'
  }
  const { StackId, RequestId, LogicalResourceId } = event
  // The same for every edition: with another one CloudFormation would delete the old as a resource of its own.
  const PhysicalResourceId = 'claim-code'
  const Reason = Status === 'FAILED' ? 'The table did not take it; see the function’s log.' : 'made'
  await answer(event.ResponseURL, {
    Status,
    Reason,
    StackId,
    RequestId,
    LogicalResourceId,
    PhysicalResourceId,
    Data: { code },
  })
}

async function offer(code: string): Promise<void> {
  const { TABLE } = readEnvironment(z.object({ TABLE: z.string() }))
  const teams = dynamoTeams({ client: new DynamoDBClient({}), table: TABLE, dueIndex: table.dueIndex.name })
  await teams.offerClaim(claimHash(code), Date.now() + limits.claimMs)
}

function answer(url: string, body: object): Promise<void> {
  const text = JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(text) }
    const sent = request(url, { method: 'PUT', headers }, (response) => {
      response.resume()
      response.on('end', () => resolve())
    })
    sent.on('error', reject)
    sent.end(text)
  })
}
