import { useState } from 'preact/hooks'
import type { ErrorCode } from '#protocol/errors.ts'
import type { Ending } from '#protocol/statements/task.ts'
import { sentenceOf, t } from '../../texts/all-texts.ts'
import { useApp } from '../model/use-app.ts'
import { Notice } from '../parts/layout.tsx'
import { Endings } from '../views/endings.tsx'

type Props = { taskId: string; hostId: string | undefined; text: string }

/** The endings of a task whose host says that its worktree waits for one; the one that is chosen is a task of its own, and is shown. */
export function FinishTask({ taskId, hostId, text }: Props) {
  const { model, router } = useApp()
  const [failure, setFailure] = useState<ErrorCode | null>(null)
  const host = model.hosts.value.find((each) => each.hostId === hostId)
  const waiting = host?.status?.worktrees?.find(({ task }) => task === taskId)
  if (!waiting || hostId === undefined) return null
  const finish = async (how: Ending) => {
    const words = `${t(`ending.${how}`)}: ${text}`.slice(0, 200)
    const submitted = await model.device.submitTask({ hostId, text: words, finish: { task: taskId, how }, keep: true })
    if (!submitted.ok) return setFailure(submitted.code)
    await model.noteKept()
    void model.refresh()
    router.go(`/task/${submitted.value.head.id}`)
  }
  return (
    <>
      {failure !== null && <Notice kind="warning">{sentenceOf(failure)}</Notice>}
      <Endings branch={waiting.branch} deviated={waiting.deviated} onFinish={finish} />
    </>
  )
}
