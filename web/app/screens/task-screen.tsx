import { useSignal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import type { ErrorCode } from '#protocol/errors.ts'
import type { TaskHead } from '#protocol/records.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { followTask } from '../model/follow-task.ts'
import { readBlobText } from '../model/read-blob.ts'
import { emptyLog } from '../model/task-log.ts'
import { useApp } from '../model/use-app.ts'
import { Notice, Screen } from '../parts/layout.tsx'
import { TaskPill } from '../parts/pills.tsx'
import type { DiffEvent } from '../views/changes.tsx'
import { hostNameOf } from '../views/host-name.ts'
import { TaskView } from '../views/task.tsx'

export function TaskScreen({ id }: { id: string }) {
  const { model, router } = useApp()
  const log = useSignal(emptyLog)
  const [failure, setFailure] = useState<ErrorCode | null>(null)
  const listed = model.tasks.value.find((task) => task.head.id === id)
  const [head, setHead] = useState<TaskHead | null>(null)
  useEffect(() => {
    log.value = emptyLog
    const gone = new AbortController()
    void model.device.task(id).then((view) => view.ok && setHead(view.value.head))
    void followTask(model, id, log, gone.signal).then((ended) => {
      if (!gone.signal.aborted) setFailure(ended.ok ? null : ended.code)
    })
    return () => gone.abort()
  }, [id])
  const patch = usePatch(log.value.diff)

  const hostId = listed?.head.hostId ?? head?.hostId
  const state = log.value.seq > 0 ? log.value.state : (listed?.head.state ?? head?.state ?? 'submitted')
  const send = async (kind: 'prompt' | 'interrupt' | 'cancel', text?: string) => {
    if (hostId === undefined) return false
    const sent = await model.device.sendInput({ hostId, taskId: id, kind, ...(text === undefined ? {} : { text }) })
    setFailure(sent.ok ? null : sent.code)
    return sent.ok
  }
  return (
    <Screen title={t('task.title')} back={router.back} action={<TaskPill state={state} />}>
      {failure !== null && <Notice kind="warning">{sentenceOf(failure)}</Notice>}
      <TaskView
        text={log.value.title?.text ?? listed?.text ?? ''}
        hostName={hostId === undefined ? '' : hostNameOf(model.hosts.value, hostId)}
        isHostOnline={!model.isFresh.value || model.hosts.value.some((host) => host.hostId === hostId && host.online)}
        isReady={hostId !== undefined}
        log={log.value}
        state={state}
        patch={patch}
        onPrompt={(text) => send('prompt', text)}
        onInterrupt={async () => void (await send('interrupt'))}
        onCancel={async () => void (await send('cancel'))}
      />
    </Screen>
  )
}

/** The patch of the newest diff: in the event, or fetched by its signed reference. Null until it is there. */
function usePatch(diff: DiffEvent | null): string | null {
  const { model } = useApp()
  const [fetched, setFetched] = useState<{ id: string; text: string } | null>(null)
  const blob = diff?.blob
  useEffect(() => {
    if (!blob) return
    let gone = false
    void readBlobText(model.device, blob).then((read) => {
      if (!gone) setFetched({ id: blob.id, text: read.ok ? read.value : '' })
    })
    return () => {
      gone = true
    }
  }, [blob?.id])
  if (!diff) return null
  if (!blob) return diff.patch ?? ''
  return fetched?.id === blob.id ? fetched.text : null
}
