import { errors } from '#protocol/errors.ts'

/** The sentences of refusals, by code. */
export default { error: Object.fromEntries(Object.entries(errors).map(([code, [, sentence]]) => [code, sentence])) }
