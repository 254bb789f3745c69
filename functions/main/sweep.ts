import { dynamoApprovals } from '../adapters/dynamodb/approvals.ts'
import { dynamoDue } from '../adapters/dynamodb/due.ts'
import { sweep } from '../handlers/sweep.ts'
import { awsPushes } from './pushes.ts'
import { awsSocketPorts } from './socket-ports.ts'

const { ports, db, environment } = awsSocketPorts()

const sweepPorts = {
  ...ports,
  approvals: dynamoApprovals(db),
  due: dynamoDue(db),
  pushes: await awsPushes(db, ports, environment.PUBLIC_ORIGIN),
}

export const handler = () => sweep(sweepPorts)
