import { Argument, InvalidArgumentError, Option } from 'commander'

/** How long a verb waits for the host's receipt. */
export const waitOption = () =>
  new Option('--wait <seconds>', 'how long to wait for the host’s receipt').default(15).argParser(number(0, 3_600))

export const portOption = (description: string, standard: number) =>
  new Option('--port <n>', description).default(standard).argParser(number(0, 65_535))

export const textOption = (flags: string, description: string, most: number) =>
  new Option(flags, description).argParser((text: string) => {
    if (text.length > most) throw new InvalidArgumentError(`At most ${most} characters.`)
    return text
  })

export const countOption = (flags: string, description: string, standard: number) =>
  new Option(flags, description).default(standard).argParser(number(1, 1_000))

/** An address of a relay: its origin and nothing else. */
const origin = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username) {
    throw new InvalidArgumentError('It has to be an origin like https://relay.example.org.')
  }
  return url.origin
}
export const urlOption = (flags: string, description: string) => new Option(flags, description).argParser(origin)
export const originArgument = (name: string, description: string) => new Argument(name, description).argParser(origin)

const number = (least: number, most: number) => (text: string) => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new InvalidArgumentError(`A whole number from ${least} to ${most}.`)
  return value
}
