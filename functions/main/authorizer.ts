import { createAuthorizer } from '../app.ts'
import { awsSocketPorts } from './socket-ports.ts'

export const handler = createAuthorizer(awsSocketPorts().ports)
