import type { ErrorCode } from '#protocol/errors.ts'
import { sentenceOf } from '../../texts/all-texts.ts'

/** Why the relay does not let this phone in, and what to do. The sentences are not among the first words. */
export const RefusalWords = ({ code }: { code: ErrorCode }) => <>{sentenceOf(code)}</>
