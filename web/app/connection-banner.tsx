import { useEffect, useState } from 'preact/hooks'
import { limits } from '#protocol/limits.ts'
import { t } from '../texts/all-texts.ts'
import { shortTime } from '../texts/exact-times.ts'
import { relativeTime } from '../texts/times.ts'
import { useApp } from './model/use-app.ts'
import { renewApp } from './renew-app.ts'
import { RefusalWords } from './screens/refusal-words.tsx'

/** A connection usually stands within a second; one that hangs is worth a word after this. Milliseconds. */
const SLOW_MS = 2_000

/** Says what is stale, unsent or refused, and only then. */
export function ConnectionBanner() {
  const { model } = useApp()
  const { connection, away, freshAt, known, skewMs, now } = model
  const is = connection.value.is
  const isSlow = useSlow(is === 'connecting')
  const refused = model.posts.value.filter((post) => post.code !== undefined).length
  const kept = model.kept.value + model.posts.value.length - refused
  const code = away.value
  const isOut = code !== null || isSlow
  const isClockWrong = Math.abs(skewMs.value) > limits.clockSkewMs
  if (!isOut && kept === 0 && refused === 0 && !isClockWrong) return null
  const stale = freshAt.value !== null && known.value.is !== 'fresh' ? freshAt.value + skewMs.value : null
  return (
    <div class="banner" role="status">
      {isClockWrong && <strong>{clockWords(skewMs.value)}</strong>}{' '}
      {code === null
        ? isSlow && t('link.connecting')
        : code === 'relay_unreachable'
          ? t('link.offline')
          : isOut && <RefusalWords code={code} />}{' '}
      {isOut && stale !== null && t('link.stale', { when: relativeTime(stale, now.value) })}{' '}
      {kept > 0 && (
        <a href="/kept">
          <strong>{t('link.unsent', { count: kept })}</strong>
        </a>
      )}{' '}
      {refused > 0 && (
        <a href="/kept">
          <strong>{t('link.refused', { count: refused })}</strong>
        </a>
      )}
      {code === 'app_outdated' && (
        <button type="button" class="text-button" onClick={() => void renewApp()}>
          {t('connection.reload')}
        </button>
      )}
    </div>
  )
}

const clockWords = (skewMs: number): string =>
  t(skewMs > 0 ? 'link.clockBehind' : 'link.clockAhead', { by: shortTime(Math.abs(skewMs)) })

/** Whether this has been so for longer than usual. */
function useSlow(isNow: boolean): boolean {
  const [isSlow, setSlow] = useState(false)
  useEffect(() => {
    setSlow(false)
    if (!isNow) return
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    return () => clearTimeout(timer)
  }, [isNow])
  return isNow && isSlow
}
