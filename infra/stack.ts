import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { Alarms } from './alarms.ts'
import { RelayApis } from './api.ts'
import { blobBucket } from './buckets.ts'
import { Claim } from './claim.ts'
import { relayFunctions } from './functions.ts'
import { Site } from './site.ts'
import { relayTable } from './table.ts'

type Props = StackProps & {
  /** Who hears of alarms; undefined: nobody yet. */
  alarmEmail?: string | undefined
  /** Another text makes a new claim code. */
  claimEdition?: string | undefined
}

/** The relay on AWS, in one account and one region. Nothing in it costs by the hour. */
export class CountersignStack extends Stack {
  constructor(scope: Construct, id: string, { alarmEmail, claimEdition = '1', ...props }: Props) {
    super(scope, id, { description: 'Countersign: the relay', ...props })

    const table = relayTable(this)
    const blobs = blobBucket(this)
    const apis = new RelayApis(this, 'Apis')
    const site = new Site(this, 'Site', {
      http: apis.http,
      connect: [apis.socket.apiEndpoint, `https://${blobs.bucketRegionalDomainName}`],
    })

    const environment = {
      TABLE: table.tableName,
      BLOBS: blobs.bucketName,
      PUBLIC_ORIGIN: site.origin,
      SOCKET_URL: apis.socketUrl,
      MANAGEMENT_URL: apis.socketStage.callbackUrl,
    }
    const functions = relayFunctions(this, { table, blobs, connections: apis.connections, environment })
    apis.addRoutes(functions)
    const claim = new Claim(this, 'Claim', { table, environment: { TABLE: table.tableName }, edition: claimEdition })
    new Alarms(this, 'Alarms', { functions, table, email: alarmEmail })

    new CfnOutput(this, 'AppUrl', { value: site.origin })
    new CfnOutput(this, 'SocketUrl', { value: apis.socketUrl })
    new CfnOutput(this, 'Region', { value: this.region })
    new CfnOutput(this, 'AppBucket', { value: site.bucket.bucketName })
    new CfnOutput(this, 'ClaimCode', { value: claim.code })
  }
}
