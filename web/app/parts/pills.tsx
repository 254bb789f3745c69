import type { TaskState } from '#protocol/records.ts'
import type { Tier } from '#protocol/statements/trust-entry.ts'
import { t } from '../../texts/texts.ts'

/** Every state has a shape of its own beside its word and colour. */
export type Shape = 'ring' | 'dot' | 'half' | 'check' | 'cross' | 'diamond' | 'triangle' | 'dash'

const shapes: Record<Shape, string> = {
  ring: 'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11z',
  dot: 'M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
  half: 'M8 2.500a5.500 5.500 0 1 0 0 11zM8 2.500a5.500 5.500 0 0 1 0 11',
  check: 'M3 8.500l3.500 3.500L13 5',
  cross: 'M4 4l8 8M12 4l-8 8',
  diamond: 'M8 2l6 6-6 6-6-6z',
  triangle: 'M8 2.500l6 11H2z',
  dash: 'M3 8h10',
}

export function Pill({ shape, tone, children }: { shape: Shape; tone: string; children: string }) {
  return (
    <span class={`pill pill-${tone}`}>
      <svg class={`shape shape-${shape}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d={shapes[shape]} />
      </svg>
      {children}
    </span>
  )
}

const tiers: Record<Tier, [Shape, string]> = {
  0: ['ring', 'quiet'],
  1: ['ring', 'quiet'],
  2: ['diamond', 'caution'],
  3: ['triangle', 'danger'],
}

export function TierPill({ tier }: { tier: Tier }) {
  const [shape, tone] = tiers[tier]
  return (
    <Pill shape={shape} tone={tone}>
      {t(`tier.${tier}`)}
    </Pill>
  )
}

const taskStates: Record<TaskState, [Shape, string]> = {
  submitted: ['ring', 'quiet'],
  working: ['half', 'accent'],
  'input-required': ['diamond', 'caution'],
  completed: ['check', 'good'],
  failed: ['cross', 'danger'],
  canceled: ['dash', 'quiet'],
  rejected: ['cross', 'danger'],
}

export function TaskPill({ state }: { state: TaskState }) {
  const [shape, tone] = taskStates[state]
  return (
    <Pill shape={shape} tone={tone}>
      {t(`taskState.${state}`)}
    </Pill>
  )
}

export function OnlinePill({ online }: { online: boolean }) {
  return (
    <Pill shape={online ? 'dot' : 'ring'} tone={online ? 'good' : 'quiet'}>
      {online ? t('online') : t('offline')}
    </Pill>
  )
}

export function WaitsPill() {
  return (
    <Pill shape="diamond" tone="caution">
      {t('taskState.input-required')}
    </Pill>
  )
}
