import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../../texts/texts.ts'
import { Icon } from './icon.tsx'

type ScreenProps = {
  title: string
  back?: () => void
  action?: ComponentChildren
  wide?: boolean
  children: ComponentChildren
}

/** A screen: its bar with a title, and what is on it. The title takes the focus, so that a screen reader says where one is. */
export function Screen({ title, back, action, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${t('app')}`
    heading.current?.focus({ preventScroll: true })
  }, [title])
  return (
    <main class="screen">
      <header class="bar">
        {back && (
          <button type="button" class="bar-back" onClick={back} aria-label={t('back')}>
            <Icon name="back" />
          </button>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {action}
      </header>
      {children}
    </main>
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
