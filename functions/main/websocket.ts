import { createSocketApp } from '../socket-app.ts'
import { awsSocketPorts } from './socket-ports.ts'

export const handler = createSocketApp(awsSocketPorts().ports)
