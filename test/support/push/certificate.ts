import type { KeyObject } from 'node:crypto'
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bits, explicit, implicit, integer, octets, oid, sequence, set, text, time, yes } from './der.ts'
import { pushHosts } from './push-hosts.ts'

export type Certificate = {
  /** The throwaway CA as PEM, and as a file for NODE_EXTRA_CA_CERTS, which Node reads once, as it starts. */
  ca: string
  caFile: string
  /** For a server at 127.0.0.1, `localhost` and the names. */
  key: string
  cert: string
  /** base64 SHA-256 of the certificate's public key: what Chromium can be told to accept, instead of accepting everything. */
  spkiHash: string
  /** Removes the file. */
  remove(): void
}

const dayMs = 24 * 3_600_000
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))
const subjectOf = (name: string) => sequence(set(sequence(oid('2.5.4.3'), text(name))))

/**
 * A CA that lives as long as a test, and a certificate of it (X.509, RFC 5280; P-256) for this machine and the names of the push services.
 * Made by Node alone: a demonstration must run where no `openssl` is installed.
 */
export function makeCertificate(names: readonly string[] = pushHosts): Certificate {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = subjectOf('Countersign test CA')
  const ca = certify({
    subject: issuer,
    key: root.publicKey,
    extension: extension('2.5.29.19', sequence(yes)),
    issuer,
    by: root.privateKey,
  })
  const localhost = implicit(7, Buffer.from([127, 0, 0, 1]))
  const alternatives = ['localhost', ...names].map((name) => implicit(2, Buffer.from(name)))
  const cert = certify({
    subject: subjectOf('localhost'),
    key: own.publicKey,
    extension: extension('2.5.29.17', sequence(localhost, ...alternatives)),
    issuer,
    by: root.privateKey,
  })
  const folder = mkdtempSync(join(tmpdir(), 'countersign-ca-'))
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, ca)
  return {
    ca,
    caFile,
    key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert,
    spkiHash: createHash('sha256')
      .update(own.publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

type Request = { subject: Buffer; key: KeyObject; extension: Buffer; issuer: Buffer; by: KeyObject }

function certify({ subject, key, extension, issuer, by }: Request): string {
  const version3 = explicit(0, integer(Buffer.from([2])))
  const validity = sequence(time(Date.now() - dayMs), time(Date.now() + 2 * dayMs))
  const body = sequence(
    version3,
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    issuer,
    validity,
    subject,
    key.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(extension)),
  )
  const signed = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, by)))
  const lines = signed
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

const extension = (id: string, content: Buffer) => sequence(oid(id), octets(content))
