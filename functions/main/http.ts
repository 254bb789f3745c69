import { S3Client } from '@aws-sdk/client-s3'
import { s3Blobs } from '../adapters/blobs/s3.ts'
import { dynamoApprovals } from '../adapters/dynamodb/approvals.ts'
import { dynamoRendezvous } from '../adapters/dynamodb/rendezvous.ts'
import { createHttpApp } from '../http-app.ts'
import { awsPushes } from './pushes.ts'
import { awsSocketPorts } from './socket-ports.ts'

const { ports, db, environment } = awsSocketPorts()
const s3 = new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' })

export const handler = createHttpApp({
  ...ports,
  rendezvous: dynamoRendezvous(db),
  approvals: dynamoApprovals(db),
  blobs: s3Blobs(s3, environment.BLOBS),
  pushes: await awsPushes(db, ports, environment.PUBLIC_ORIGIN),
})
