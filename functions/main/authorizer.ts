import { authorizer } from '../handlers/authorize.ts'
import { awsSocketPorts } from './socket-ports.ts'

export const handler = authorizer(awsSocketPorts().ports)
