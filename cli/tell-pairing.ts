import { renderUnicodeCompact } from 'uqr'
import { visible } from '#client/display.ts'
import { isErrorCode } from '#protocol/errors.ts'
import { type Output, sentence } from './output.ts'

/** A step of a pairing, as the host agent tells it (also over its control socket, hence the loose form). */
export type PairingStep = { event: string; [field: string]: unknown }

/** Says each step of a pairing at the host: the link (and, on a terminal, its QR code), when to type the code, how it ended. */
export function tellPairing(output: Output, step: PairingStep, { isTerminal }: { isTerminal: boolean }): void {
  const { event, ...fields } = step
  output.fact(event, fields, textOf(step, isTerminal))
}

function textOf(step: PairingStep, isTerminal: boolean): string | null {
  const word = (name: string) => visible(String(step[name] ?? ''))
  switch (step.event) {
    case 'offer':
      return [
        'Open this link on the device, or scan it in the app. It works for three minutes.',
        '',
        word('link'),
        ...(isTerminal ? ['', renderUnicodeCompact(String(step.link))] : []),
      ].join('\n')
    case 'locked':
      return `“${word('label')}” of “${word('person')}” answers. Type the six digits that it shows:`
    case 'code-wrong':
      return `That is not the code. ${word('left')} more tries:`
    case 'asking':
      return `An owner of the team is asked to let “${word('label')}” in.`
    case 'paired':
      return `Paired with “${word('label')}”.`
    case 'invited':
      return `“${word('label')}” of “${word('person')}” is in the team, as ${word('kid')}.`
    case 'refused':
      return isErrorCode(step.code)
        ? sentence(step.code, step.detail === undefined ? undefined : word('detail'))
        : word('code')
    default:
      return null
  }
}
