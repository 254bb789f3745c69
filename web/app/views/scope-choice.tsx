import type { Approval, Scope } from '#protocol/statements/approval.ts'
import type { StandingRule } from '#protocol/statements/standing-rule.ts'
import { t } from '../../texts/all-texts.ts'
import { dateTime } from '../../texts/exact-times.ts'
import { Exact } from '../parts/exact.tsx'
import { ruleWords } from './operation-parts.ts'

/** `rule`: what may run from then on; null with scope `once`. */
export type ChosenScope = { scope: Scope; rule: StandingRule | null }
export const onceOnly: ChosenScope = { scope: 'once', rule: null }

type Props = { approval: Approval; chosen: ChosenScope; now: number; onChoose(chosen: ChosenScope): void }

const minute = 60_000
/** How long, in minutes. The host's own bound is the last choice. */
const lives = [60, 8 * 60, 24 * 60]
const counts = [1, 5, 20]

/** Whether the same is asked again, and if not, exactly what runs without asking, how often and until when: never more than the host offers. */
export function ScopeChoice({ approval, chosen: { scope, rule }, now, onChoose }: Props) {
  const { scopes, rule: offered, operation } = approval
  const { argv } = operation
  if (!offered || !argv || scopes.length < 2) return null
  const choose = (next: Scope) =>
    onChoose(
      next === 'once' ? onceOnly : { scope: next, rule: rule ?? { ...offered, argv, uses: leastOf(offered.uses) } },
    )
  const change = (part: Partial<StandingRule>) => rule && onChoose({ scope, rule: { ...rule, ...part } })
  return (
    <div class="scope-choice">
      <label class="scope">
        <span>{t('scope.ask')}</span>
        <select value={scope} onChange={(event) => choose(event.currentTarget.value as Scope)}>
          {scopes.map((one) => (
            <option key={one} value={one}>
              {t(`scope.${one}`)}
            </option>
          ))}
        </select>
      </label>
      {rule && (
        <>
          {offered.argv.map(
            (pattern, at) =>
              pattern !== argv[at] && (
                <label key={at} class="choose">
                  <input
                    type="checkbox"
                    checked={rule.argv[at] === pattern}
                    onChange={({ currentTarget: { checked } }) =>
                      change({ argv: rule.argv.with(at, (checked ? pattern : argv[at]) ?? '') })
                    }
                  />
                  <span>
                    <Exact text={t('scope.anyIn', { folder: pattern, path: argv[at] ?? '' })} />
                  </span>
                </label>
              ),
          )}
          <div class="times">
            <label class="field">
              <span>{t('scope.uses')}</span>
              <select value={rule.uses} onChange={(event) => change({ uses: Number(event.currentTarget.value) })}>
                {[...counts.filter((count) => offered.uses > count), offered.uses].map((count) => (
                  <option key={count} value={count}>
                    {t('scope.times', { count })}
                  </option>
                ))}
              </select>
            </label>
            <label class="field">
              <span>{t('scope.until')}</span>
              <select
                value={rule.expiresAt}
                onChange={(event) => change({ expiresAt: Number(event.currentTarget.value) })}
              >
                {endsOf(offered, approval.iat, now).map((end) => (
                  <option key={end} value={end}>
                    {dateTime(end)}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <p class="scope-words">
            {t('scope.runs')}{' '}
            <span class="code">
              <Exact text={ruleWords(rule)} />
            </span>{' '}
            <Exact text={t('scope.where', { folder: operation.cwd.path })} />
          </p>
        </>
      )}
    </div>
  )
}

const leastOf = (most: number): number => Math.min(counts[1] ?? 1, most)

/** From when it was asked, so that the choices stay the same while somebody reads. */
const endsOf = ({ expiresAt }: StandingRule, iat: number, now: number): number[] => [
  ...lives.map((life) => iat + life * minute).filter((end) => end > now && expiresAt > end),
  expiresAt,
]
