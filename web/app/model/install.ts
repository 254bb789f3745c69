import { signal } from '@preact/signals'

/** Chrome's offer to install, which it makes once and early; no standard has it. */
type InstallOffer = Event & { prompt(): Promise<unknown> }

/** Null: this browser has made none. */
export const installOffer = signal<InstallOffer | null>(null)

/** Keeps the offer for the moment at which somebody wants it. */
export function hearInstallOffer(window: Window): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    installOffer.value = event as InstallOffer
  })
}
