import type { ErrorCode } from '#protocol/errors.ts'
import { errors, isErrorCode } from '#protocol/errors.ts'
import { en } from './en.ts'

/** The sentences in the language that is shown. */
export const t = en
export const language = 'en'

/** A refusal as a sentence that says what to do. */
export const sentenceOf = (code: ErrorCode | string): string => (isErrorCode(code) ? errors[code][1] : code)
