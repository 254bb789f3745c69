import { useEffect, useState } from 'preact/hooks'
import type { OutboxItem } from '#client/outbox.ts'
import { dropKeptDecision } from '#client/outbox.ts'
import type { Post } from '#client/posts.ts'
import { keptDecisions } from '../../shared/known.ts'
import { t } from '../../texts/all-texts.ts'
import { useApp } from '../model/use-app.ts'
import { Exact } from '../parts/exact.tsx'
import { Empty, Screen } from '../parts/layout.tsx'
import { SureButton } from '../parts/sure-button.tsx'
import { hostNameOf } from '../views/host-name.ts'
import { subjectOf } from '../views/operation-words.ts'
import { QueuedPost } from '../views/queued.tsx'

/** All that this phone keeps for the relay: what waits, what was not accepted and why; each can be dropped. */
export function KeptScreen() {
  const { model, router } = useApp()
  const { device } = model
  const [decisions, setDecisions] = useState<readonly OutboxItem[]>([])
  const posts = model.posts.value
  const count = model.kept.value
  useEffect(() => void keptDecisions(device).then(setDecisions), [count])
  const drop = async (item: OutboxItem) => {
    await dropKeptDecision(device.context, item)
    await model.loadCard(item.approvalId)
    await model.noteKept()
  }
  return (
    <Screen title={t('kept.title')} back={router.back}>
      {decisions.length + posts.length === 0 && <Empty title={t('kept.none')} />}
      <div class="stack">
        {decisions.map((item) => (
          <article key={item.decision.id} class="queued">
            <p>
              <a class="text-link" href={`/approval/${item.approvalId}`}>
                {t('kept.decision', { answer: t(`answer.${item.decision.answer}`) })} <Subject id={item.approvalId} />
              </a>
            </p>
            <p class="quiet">{t('queued.waits')}</p>
            <SureButton
              label={t('queued.drop')}
              question={t('kept.dropSure')}
              yes={t('queued.drop')}
              onYes={() => drop(item)}
            />
          </article>
        ))}
        {posts.map((post) => (
          <QueuedPost
            key={post.id}
            post={{ ...post, text: wordsOf(post) }}
            place={hostNameOf(model.hosts.value, hostOf(post))}
            onDrop={(id) => void model.dropPost(id)}
          />
        ))}
      </div>
    </Screen>
  )
}

function Subject({ id }: { id: string }) {
  const card = useApp().model.cards.value.get(id)
  return card ? <Exact text={subjectOf(card.approval.operation).text} /> : null
}

/** What it asks for; the words of a person are said as they are. */
function wordsOf({ kind, text, send }: Post): string {
  const said = kind ?? (send.route === 'task.submit' ? 'task' : 'prompt')
  if (said === 'task' || said === 'prompt') return text ?? t('kept.kind.prompt')
  return t(`kept.kind.${said}`)
}

const hostOf = ({ send }: Post): string =>
  send.route === 'task.submit' ? send.body.hostId : send.route === 'host.input' ? send.params.hostId : ''
