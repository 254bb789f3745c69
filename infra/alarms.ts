import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import type { FunctionName } from '#functions/routes.ts'

type Watched = {
  functions: Readonly<Record<FunctionName, IFunction>>
  table: Table
  /** Who is told; undefined means nobody yet: subscribe to the topic later. */
  email: string | undefined
}

/** What a person has to hear of. Fewer than ten alarms: CloudWatch's free ones. */
export class Alarms extends Construct {
  readonly #topic: Topic

  constructor(scope: Construct, id: string, { functions, table, email }: Watched) {
    super(scope, id)
    this.#topic = new Topic(this, 'Topic', { enforceSSL: true })
    if (email) this.#topic.addSubscription(new EmailSubscription(email))

    const period = Duration.minutes(5)
    for (const [name, lambda] of Object.entries(functions)) {
      this.#alarm(`${name}Errors`, `The relay's ${name} function fails`, lambda.metricErrors({ period }))
    }
    this.#alarm(
      'TableThrottles',
      'DynamoDB holds writes of the relay back',
      table.metric('WriteThrottleEvents', { period, statistic: 'Sum' }),
    )
    // Expiry and repeated telling hang on the sweep, and a schedule that stopped makes no error: silence is the alarm.
    this.#alarm(
      'SweepSilent',
      'The sweep has not run for ten minutes: nothing expires, and what was lost on the way is not told again',
      functions.sweep.metricInvocations({ period: Duration.minutes(10) }),
      { below: 1 },
    )
  }

  #alarm(id: string, alarmDescription: string, metric: IMetric, { below }: { below?: number } = {}): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold: below ?? 1,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: below === undefined ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(this.#topic))
  }
}
