import { dynamoApprovals } from './approvals.ts'
import type { Database } from './database.ts'
import { dynamoDevices } from './devices.ts'
import { dynamoDue } from './due.ts'
import { dynamoHosts } from './hosts.ts'
import { dynamoInbox } from './inbox.ts'
import { dynamoProofs } from './proofs.ts'
import { dynamoRendezvous } from './rendezvous.ts'
import { dynamoTasks } from './tasks.ts'
import { dynamoTeams } from './teams.ts'

/** The repositories that the WebSocket function and its authorizer need. */
export const socketRepositories = (db: Database) => ({
  teams: dynamoTeams(db),
  proofs: dynamoProofs(db),
  devices: dynamoDevices(db),
  hosts: dynamoHosts(db),
  inbox: dynamoInbox(db),
  tasks: dynamoTasks(db),
})

export const repositories = (db: Database) => ({
  ...socketRepositories(db),
  rendezvous: dynamoRendezvous(db),
  approvals: dynamoApprovals(db),
  due: dynamoDue(db),
})
