import type { ComponentChildren } from 'preact'
import { Component } from 'preact'
import { t } from '../texts/texts.ts'

/** A screen that throws does not leave a white page: it says so and offers to begin anew. What was signed is kept and sent all the same. */
export class Boundary extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false }

  static override getDerivedStateFromError() {
    return { failed: true }
  }

  override componentDidCatch(error: unknown): void {
    console.error(error)
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <main class="screen">
        <h1>{t('app')}</h1>
        <p role="alert">{t('crashed')}</p>
        <p>
          <button type="button" class="button" onClick={() => window.location.assign('/')}>
            {t('connection.reload')}
          </button>
        </p>
      </main>
    )
  }
}
