import { Aws, RemovalPolicy, Validations } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginRequestPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { privateBucket } from './buckets.ts'
import { headersPolicy } from './headers.ts'

type SiteProps = {
  http: HttpApi
  /** Where the page may connect besides its own origin. */
  connect: readonly string[]
}

/** A path without a file's ending is a place inside the app. */
const toIndex = `function handler(event) {
  var request = event.request
  if (request.uri.lastIndexOf('.') <= request.uri.lastIndexOf('/')) request.uri = '/index.html'
  return request
}`

/** One origin for app and HTTP API, as on one machine: the app in a private bucket, the API behind the same distribution. */
export class Site extends Construct {
  readonly bucket: IBucket
  readonly distribution: Distribution
  /** The relay's public origin: what proofs are made for. */
  readonly origin: string

  constructor(scope: Construct, id: string, { http, connect }: SiteProps) {
    super(scope, id)
    this.bucket = privateBucket(this, 'App', { removalPolicy: RemovalPolicy.DESTROY })
    const common = {
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: headersPolicy(this, 'Headers', connect),
    }
    const app: BehaviorOptions = {
      ...common,
      origin: S3BucketOrigin.withOriginAccessControl(this.bucket),
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      functionAssociations: [
        {
          eventType: FunctionEventType.VIEWER_REQUEST,
          function: new EdgeFunction(this, 'ToIndex', {
            code: FunctionCode.fromInline(toIndex),
            runtime: FunctionRuntime.JS_2_0,
          }),
        },
      ],
    }
    const api: BehaviorOptions = {
      ...common,
      origin: new HttpOrigin(`${http.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // Without the Host header, which has to be API Gateway's own. Proofs name the configured origin, never that header.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    }
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Countersign',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: app,
      additionalBehaviors: { '/v1/*': api },
    })
    Validations.of(this.distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'Who may use the relay is decided by keys, and people travel.' },
      {
        id: 'AwsSolutions-CFR2',
        reason:
          'A firewall costs by the month whether anybody comes or not; throttling and proofs of key bound what a stranger can cause.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'API Gateway logs every call with ids and codes; a second log would add addresses of people.',
      },
      {
        id: 'AwsSolutions-CFR4',
        reason: 'CloudFront allows a stricter TLS policy only with a certificate for a domain of one’s own.',
      },
    )
    this.origin = `https://${this.distribution.distributionDomainName}`
  }
}
