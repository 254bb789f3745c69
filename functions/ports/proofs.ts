/** Spent proofs. */
export type Proofs = {
  /** True exactly once for a kid and jti; remembered until `expiresAt`. */
  spend(kid: string, jti: string, expiresAt: number): Promise<boolean>
}
