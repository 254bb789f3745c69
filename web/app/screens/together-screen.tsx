import { useState } from 'preact/hooks'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { useApp } from '../model/use-app.ts'
import { Empty, Notice, Screen } from '../parts/layout.tsx'
import { TogetherView } from '../views/together.tsx'
import '../style/code.css'

/** Several approvals that belong together, each readable whole, answered with one tap. `id` is any one of them. */
export function TogetherScreen({ id }: { id: string }) {
  const { model, router } = useApp()
  const [failure, setFailure] = useState<string | null>(null)
  // Which they are is fixed when the screen opens: what comes later was not read.
  const [group] = useState(() => model.together.value.find(({ cards }) => cards.some((card) => card.id === id)) ?? null)
  const cards = (group?.cards ?? []).map((card) => model.cards.value.get(card.id) ?? card)
  const answer = async (ids: readonly string[], chosen: 'approve' | 'deny', whole: boolean) => {
    setFailure(null)
    // All at once: each is signed and kept within a moment, whatever the network and the person do next.
    const decided = await Promise.all(
      ids.map((approvalId) => model.decide({ approvalId, answer: chosen, reason: '', whole, scope: 'once' })),
    )
    const failed = decided.find(({ ok }) => !ok)
    if (failed && !failed.ok) setFailure(sentenceOf(failed.code))
  }
  return (
    <Screen title={t('together.title')} back={router.back}>
      {failure !== null && <Notice kind="warning">{failure}</Notice>}
      {group ? (
        <TogetherView
          cards={cards}
          alike={group.alike}
          hosts={model.hosts.value}
          now={model.now.value}
          onAnswer={answer}
        />
      ) : (
        <Empty title={t('together.gone')}>
          <a class="button" href="/">
            {t('waiting.title')}
          </a>
        </Empty>
      )}
    </Screen>
  )
}
