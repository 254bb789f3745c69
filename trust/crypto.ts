import type { PublicJwk } from '#protocol/keys.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** A sealing key pair. HPKE on Node wants the pair also for a non-extractable private key. */
export type SealPair = { publicKey: CryptoKey; privateKey: CryptoKey }

export type HpkeOptions = {
  /** Binds the message to its use; both sides build it. */
  info: Uint8Array
  aad?: Uint8Array
  /** PSK mode (RFC 9180 section 5.1.2) when given: at least 32 bytes. */
  psk?: Uint8Array
  pskId?: Uint8Array
}

/** RFC 9180 section 5.3: a secret that only the two ends of this message can derive. */
export type Exporter = (context: Uint8Array, length: number) => Promise<Bytes>

/**
 * All the cryptography there is: one suite, no negotiation (trust.md, Primitives). ECDSA P-256 with SHA-256, raw r‖s signatures (RFC 7518 section 3.4); HPKE with
 * DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; AES-256-GCM with a 12-byte nonce. Opening answers null when it fails, and never says why.
 */
export type CryptoPort = {
  random(length: number): Bytes
  sha256(bytes: Uint8Array): Promise<Bytes>
  generate(extractable: boolean): Promise<{ sign: CryptoKeyPair; seal: SealPair }>
  sign(privateKey: CryptoKey, bytes: Uint8Array): Promise<Bytes>
  verify(publicKey: PublicJwk, signature: Uint8Array, bytes: Uint8Array): Promise<boolean>
  hpkeSeal(
    publicKey: PublicJwk,
    options: HpkeOptions,
    plaintext: Uint8Array,
  ): Promise<{ enc: Bytes; ct: Bytes; exporter: Exporter }>
  hpkeOpen(
    pair: SealPair,
    enc: Uint8Array,
    options: HpkeOptions,
    ct: Uint8Array,
  ): Promise<{ plaintext: Bytes; exporter: Exporter } | null>
  aesSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Promise<Bytes>
  aesOpen(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, ct: Uint8Array): Promise<Bytes | null>
}
