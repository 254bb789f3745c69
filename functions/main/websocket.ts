import { createSocketApp } from '../app.ts'
import { awsSocketPorts } from './socket-ports.ts'

export const handler = createSocketApp(awsSocketPorts().ports)
