// The floor's other process: a bare `ws` server that puts every message on the real engine, conditionally, and echoes it.
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { type RawData, WebSocketServer } from 'ws'

const [endpoint, table] = process.argv.slice(2)
if (!endpoint || !table) throw new Error('usage: floor-echo.ts ENDPOINT TABLE')

const database = new DynamoDBClient({
  endpoint,
  region: 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })

async function keep(id: number, message: RawData): Promise<void> {
  await database.send(
    new PutItemCommand({
      TableName: table,
      Item: { pk: { S: 'FLOOR' }, sk: { S: `EVENT#${id}` }, body: { S: message.toString() } },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  )
}

let count = 0
server.on('connection', (socket) => {
  socket.on('message', (message) => {
    count += 1
    keep(count, message).then(
      () => socket.send(message.toString()),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  })
})
server.on('listening', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`${address.port}\n`)
})
