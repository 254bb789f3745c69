import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  HttpMethods,
  type IBucket,
} from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { limits } from '#protocol/limits.ts'

/** A bucket that nobody reads without a signature or a right of their own, and never without TLS. */
export function privateBucket(scope: Construct, id: string, props: BucketProps): IBucket {
  const bucket = new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    ...props,
  })
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason: 'It holds the public app or ciphertext; the relay logs who asked it for an address of a blob.',
  })
  return bucket as IBucket
}

/** Sealed content too large for a message. */
export const blobBucket = (scope: Construct) =>
  privateBucket(scope, 'Blobs', {
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: [
      { expiration: Duration.millis(limits.retentionMs), abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
    // The right to read or write is the presigned URL, and no cookie goes along: any origin may try. It is ciphertext besides.
    cors: [
      {
        allowedOrigins: ['*'],
        allowedMethods: [HttpMethods.GET, HttpMethods.PUT],
        allowedHeaders: ['*'],
        maxAge: 3_600,
      },
    ],
  })
