import { useState } from 'preact/hooks'
import { sealAttachments } from '#client/attach.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { useApp } from '../model/use-app.ts'
import { Screen } from '../parts/layout.tsx'
import type { NewTask } from '../views/new-task.tsx'
import { NewTaskView } from '../views/new-task.tsx'

export function NewTaskScreen() {
  const { model, router } = useApp()
  const [refusal, setRefusal] = useState<string | null>(null)
  const submit = async (task: NewTask) => {
    const submitted = await model.device.submitTask({
      ...task,
      attachments: await sealAttachments(model.device.context.crypto, task.attachments),
      keep: true,
    })
    if (!submitted.ok) {
      setRefusal(sentenceOf(submitted.code))
      return false
    }
    await model.noteKept()
    void model.refresh()
    router.go(`/task/${submitted.value.head.id}`, { replace: true })
    return true
  }
  return (
    <Screen title={t('newTask.title')} back={router.back}>
      <NewTaskView
        hosts={model.hosts.value}
        known={model.known.value}
        now={model.now.value}
        refusal={refusal}
        onSubmit={submit}
        onList={async (hostId, list) => {
          const sent = await model.device.sendInput({ hostId, taskId: null, kind: 'list-sessions', list })
          setRefusal(sent.ok ? null : sentenceOf(sent.code))
          return sent.ok ? sent.value.id : null
        }}
      />
    </Screen>
  )
}
