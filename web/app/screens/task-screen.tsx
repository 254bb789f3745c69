import { useSignal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { type AttachedFile, sealAttachments } from '#client/attach.ts'
import type { HostSummary } from '#client/list-hosts.ts'
import type { ErrorCode } from '#protocol/errors.ts'
import type { TaskHead } from '#protocol/records.ts'
import { terminalStates } from '#protocol/records.ts'
import type { Chosen } from '#protocol/statements/choices.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { followTask } from '../model/follow-task.ts'
import type { Comment, ReviewChange } from '../model/review.ts'
import { changeReview, readReview, reviewPrompt, withComment, withoutSent } from '../model/review.ts'
import type { Known } from '../model/standing.ts'
import { emptyLog } from '../model/task-log.ts'
import { useApp } from '../model/use-app.ts'
import { Notice, Screen } from '../parts/layout.tsx'
import { TaskPill } from '../parts/pills.tsx'
import { agentTitle, hostNameOf } from '../views/host-name.ts'
import { namesOf } from '../views/names.ts'
import { TaskView } from '../views/task.tsx'
import { TaskChoices } from '../views/task-choices.tsx'
import { FinishTask } from './finish-task.tsx'
import '../style/code.css'
import '../style/task.css'

export function TaskScreen({ id }: { id: string }) {
  const { model, router } = useApp()
  const log = useSignal(emptyLog)
  const known = useSignal<Known>({ is: 'loading' })
  const [failure, setFailure] = useState<ErrorCode | null>(null)
  const listed = model.tasks.value.find((task) => task.head.id === id)
  const [head, setHead] = useState<TaskHead | null>(null)
  useEffect(() => {
    log.value = emptyLog
    known.value = { is: 'loading' }
    const gone = new AbortController()
    void model.device.task(id).then((view) => view.ok && setHead(view.value.head))
    void followTask(model, { taskId: id, log, known, signal: gone.signal }).then((ended) => {
      if (!gone.signal.aborted) setFailure(ended.ok ? null : ended.code)
    })
    return () => gone.abort()
  }, [id])
  const posts = model.posts.value.filter(({ taskId }) => taskId === id)
  const submitted = posts.find((post) => post.send.route === 'task.submit')

  const hostId =
    listed?.head.hostId ??
    head?.hostId ??
    (submitted?.send.route === 'task.submit' ? submitted.send.body.hostId : undefined)
  const state = log.value.seq > 0 ? log.value.state : (listed?.head.state ?? head?.state ?? 'submitted')
  const send = async (
    kind: 'prompt' | 'interrupt' | 'resume' | 'cancel' | 'set-option',
    { attachments = [], ...rest }: { text?: string; attachments?: readonly AttachedFile[]; choose?: Chosen } = {},
  ) => {
    if (hostId === undefined) return false
    const sent = await model.device.sendInput({
      hostId,
      taskId: id,
      kind,
      keep: true,
      ...rest,
      attachments: await sealAttachments(model.device.context.crypto, attachments),
    })
    await model.noteKept()
    setFailure(sent.ok ? null : sent.code)
    return sent.ok
  }
  /** A task that has ended never reopens: then a new one goes on where it stopped. */
  const say = async (text: string, attachments: readonly AttachedFile[] = []) => {
    if (!terminalStates.has(state)) return send('prompt', { text, attachments })
    if (hostId === undefined) return false
    const next = await model.device.submitTask({
      hostId,
      text,
      attachments: await sealAttachments(model.device.context.crypto, attachments),
      continues: id,
      keep: true,
    })
    await model.noteKept()
    setFailure(next.ok ? null : next.code)
    if (next.ok) router.go(`/task/${next.value.head.id}`)
    return next.ok
  }
  const { comments, change } = useReview(id)
  const sendReview = async () => {
    if (await say(reviewPrompt(comments))) change(withoutSent(comments))
  }
  return (
    <Screen title={t('task.title')} back={router.back} action={<TaskPill state={state} />}>
      {failure !== null && !submitted && <Notice kind="warning">{sentenceOf(failure)}</Notice>}
      <TaskView
        taskId={id}
        text={log.value.title?.text ?? listed?.text ?? submitted?.text ?? ''}
        agentName={agentTitle(model.hosts.value, hostId, log.value.title?.agent ?? '')}
        hostName={hostId === undefined ? '' : hostNameOf(model.hosts.value, hostId)}
        names={namesOf(model.hosts.value)}
        isHostOnline={
          model.known.value.is !== 'fresh' || model.hosts.value.some((host) => host.hostId === hostId && host.online)
        }
        asked={model.needs.value.find(({ approval }) => approval.task === id) ?? null}
        isReady={hostId !== undefined}
        queued={posts}
        onDrop={(dropped) => void model.dropPost(dropped)}
        log={log.value}
        known={known.value}
        now={model.now.value}
        state={state}
        review={{
          taskId: id,
          comments,
          onComment: (comment) => change(withComment(comment)),
        }}
        onReview={sendReview}
        choices={(place) => (
          <TaskChoices
            place={place}
            current={log.value.title?.chosen ?? {}}
            offered={terminalStates.has(state) ? null : offeredBy(model.hosts.value, hostId, log.value.title?.agent)}
            onChoose={(choose) => send('set-option', { choose })}
          />
        )}
        ending={<FinishTask taskId={id} hostId={hostId} text={log.value.title?.text ?? listed?.text ?? ''} />}
        canGoOn={!['host', 'command', undefined].includes(log.value.title?.agent)}
        onPrompt={say}
        onResume={async () => void (await send('resume'))}
        onInterrupt={async () => void (await send('interrupt'))}
        onCancel={async () => void (await send('cancel'))}
      />
    </Screen>
  )
}

const offeredBy = (hosts: readonly HostSummary[], hostId: string | undefined, agent: string | undefined) =>
  hosts.find((host) => host.hostId === hostId)?.status?.agents.find(({ name }) => name === agent)?.choices ?? null

const add = (now: readonly Comment[], comment: Comment): readonly Comment[] => withComment(comment)(now)

/** Comments that wait to be sent. */
function useReview(taskId: string) {
  const { store } = useApp().model.device.context
  const [comments, setComments] = useState<readonly Comment[]>([])
  // What is written before the others are here is one more of them.
  useEffect(() => void readReview(store, taskId).then((kept) => setComments((now) => now.reduce(add, kept))), [taskId])
  const change = (next: ReviewChange) => {
    // Kept before it is shown, so that nothing that was seen is lost; where it can't be kept it is still there to be sent.
    const show = () => setComments(next)
    void changeReview(store, taskId, next).then(show, show)
  }
  return { comments, change }
}
