import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'

type Props<Name extends string> = {
  tabs: readonly { name: Name; label: string }[]
  chosen: Name
  onChoose(name: Name): void
  children: ComponentChildren
}

/** Tabs over one panel, after the ARIA Authoring Practices: one stop for the tab key; the arrow keys, Home and End choose. */
export function TabList<Name extends string>({ tabs, chosen, onChoose, children }: Props<Name>) {
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ name }) => name === chosen)
    const ahead = list.current?.matches(':dir(rtl)') ? 'ArrowLeft' : 'ArrowRight'
    const last = tabs.length - 1
    const steps: Readonly<Record<string, number>> = { ArrowLeft: at - 1, ArrowRight: at - 1, Home: 0, End: last }
    const to = event.key === ahead ? at + 1 : steps[event.key]
    const next = to === undefined ? undefined : tabs.at(to > last ? 0 : to)
    if (!next) return
    event.preventDefault()
    onChoose(next.name)
    list.current?.querySelector<HTMLElement>(`#tab-${next.name}`)?.focus()
  }
  return (
    <>
      <div ref={list} class="tabs" role="tablist" onKeyDown={onKeyDown}>
        {tabs.map(({ name, label }) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={name === chosen}
            aria-controls="tab-panel"
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => onChoose(name)}
          >
            {label}
          </button>
        ))}
      </div>
      <div id="tab-panel" class="tab-panel" role="tabpanel" aria-labelledby={`tab-${chosen}`}>
        {children}
      </div>
    </>
  )
}
