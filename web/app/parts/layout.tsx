import type { ComponentChildren } from 'preact'
import { useContext, useEffect, useRef } from 'preact/hooks'
import { t } from '../../texts/texts.ts'
import { Icon } from './icon.tsx'
import { Pane } from './pane.ts'

type ScreenProps = {
  title: string
  back?: () => void
  action?: ComponentChildren
  children: ComponentChildren
}

/** A screen: its bar with a title, and what is on it. The title takes the focus, so that a screen reader says where one is. */
export function Screen({ title, back, action, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const pane = useContext(Pane)
  const isCurrent = pane?.isCurrent ?? true
  const Outside = pane ? 'section' : 'main'
  const Heading = isCurrent ? 'h1' : 'h2'
  useEffect(() => {
    if (!isCurrent) return
    document.title = `${title} · ${t('app')}`
    heading.current?.focus({ preventScroll: true })
  }, [title, isCurrent])
  return (
    <Outside class="screen" {...(pane ? { 'aria-label': title } : {})}>
      <header class="bar">
        {back && (
          <button type="button" class="bar-back" onClick={back} aria-label={t('back')}>
            <Icon name="back" />
          </button>
        )}
        <Heading ref={heading} class="bar-title" tabIndex={-1}>
          {title}
        </Heading>
        {action}
      </header>
      {children}
    </Outside>
  )
}

/** Something is missing, and what one can do. */
export function Empty({ title, hint, children }: { title: string; hint?: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {hint && <p>{hint}</p>}
      {children}
    </div>
  )
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="section">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

type NoticeProps = { kind?: 'plain' | 'warning'; children: ComponentChildren }

export function Notice({ kind = 'plain', children }: NoticeProps) {
  return (
    <div class={`notice notice-${kind}`} role={kind === 'warning' ? 'alert' : 'status'}>
      {kind === 'warning' && <Icon name="warning" />}
      <div>{children}</div>
    </div>
  )
}
