import type { ComponentChildren } from 'preact'
import { useContext } from 'preact/hooks'
import { Pane } from './pane.ts'

/** A card that leads somewhere, marked while it is open beside its list. */
export function CardLink({ href, more = '', children }: { href: string; more?: string; children: ComponentChildren }) {
  const isOpen = useContext(Pane)?.open === href
  return (
    <a class={`card card-link ${more}`} href={href} {...(isOpen ? { 'aria-current': 'true' as const } : {})}>
      {children}
    </a>
  )
}
