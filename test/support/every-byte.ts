const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/** Another character of the alphabet that the field's form allows, so that what is found is the change and not its form. */
const other = (character: string | undefined, at: number): string => {
  const known = alphabet.indexOf(character ?? '')
  return alphabet[(known + 1 + (at % (alphabet.length - 1))) % alphabet.length] ?? 'A'
}

/**
 * Every copy of a stored value with one thing in it changed: each character of each text, each number by one, each truth turned over, each member taken away, one added. `field` says which.
 */
export function* everyByte(value: Json, field = ''): Generator<{ field: string; value: Json }> {
  if (typeof value === 'string') {
    for (let at = 0; at < value.length; at += 1)
      yield { field, value: value.slice(0, at) + other(value[at], at) + value.slice(at + 1) }
    return
  }
  if (typeof value === 'number') yield { field, value: value + 1 }
  else if (typeof value === 'boolean') yield { field, value: !value }
  else if (Array.isArray(value)) {
    for (const [at, each] of value.entries()) {
      for (const changed of everyByte(each, `${field}[${at}]`))
        yield { ...changed, value: value.with(at, changed.value) }
      yield { field: `${field}[${at}] taken away`, value: value.toSpliced(at, 1) }
    }
  } else if (value !== null) {
    for (const [name, each] of Object.entries(value)) {
      for (const changed of everyByte(each, `${field}.${name}`))
        yield { ...changed, value: { ...value, [name]: changed.value } }
      const { [name]: _gone, ...rest } = value
      yield { field: `${field}.${name} taken away`, value: rest }
    }
    yield { field: `${field} one more`, value: { ...value, more: 'A' } }
  }
}
