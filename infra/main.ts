// What the CDK runs (cdk.json). Context: alarmEmail (who hears of alarms), claimEdition (another text makes a new claim code).
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { CountersignStack } from './stack.ts'

const app = new App()
new CountersignStack(app, 'Countersign', {
  alarmEmail: app.node.tryGetContext('alarmEmail'),
  claimEdition: app.node.tryGetContext('claimEdition'),
})
Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
app.synth()
