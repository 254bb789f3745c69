import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { WebSocket } from 'ws'
import { startChild } from './child.ts'

export type Floor = { roundTripsMs: number[]; messagesPerSecond: number }

const table = 'floor'
const approvalBytes = 2_000
const eventBytes = 700

/**
 * What the same work costs without Countersign: a bare `ws` echo between two processes, one conditional put on the real engine, one fsync.
 * One after the other for `roundTripsMs`; for `messagesPerSecond` all sent at once and one fsync at the end.
 */
export async function measureFloor(endpoint: string, rounds: number, burst: number): Promise<Floor> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-floor-'))
  await createTable(endpoint)
  const echo = startChild(['bench/floor-echo.ts', endpoint, table])
  const journal = openSync(join(folder, 'journal'), 'a')
  try {
    const socket = new WebSocket(`ws://127.0.0.1:${await echo.firstLine}`)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const keep = (message: string) => {
      writeSync(journal, `${message}\n`)
      fsyncSync(journal)
    }

    const roundTripsMs: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const startedAt = performance.now()
      const back = new Promise<string>((resolve) => socket.once('message', (data) => resolve(data.toString())))
      socket.send('a'.repeat(approvalBytes))
      keep(await back)
      roundTripsMs.push(performance.now() - startedAt)
    }

    const startedAt = performance.now()
    const all = new Promise<void>((resolve) => {
      let seen = 0
      socket.on('message', () => {
        seen += 1
        if (seen === burst) resolve()
      })
    })
    for (let n = 0; n < burst; n += 1) socket.send('e'.repeat(eventBytes))
    await all
    keep('done')
    const messagesPerSecond = burst / ((performance.now() - startedAt) / 1000)
    socket.close()
    return { roundTripsMs, messagesPerSecond }
  } finally {
    closeSync(journal)
    await echo.stop()
    rmSync(folder, { recursive: true })
  }
}

async function createTable(endpoint: string): Promise<void> {
  const database = new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  await database.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  )
  database.destroy()
}
