import { useState } from 'preact/hooks'
import type { AttachedFile } from '#client/attach.ts'
import type { ApprovalCard } from '#client/read-approval.ts'
import { limits } from '#protocol/limits.ts'
import { t } from '../../texts/all-texts.ts'
import { useAttachments } from '../model/use-attachments.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Broken } from '../parts/broken.tsx'
import { GrowingText } from '../parts/growing-text.tsx'
import { Icon } from '../parts/icon.tsx'
import { useBusy } from '../parts/use-busy.ts'
import { useDraft } from '../parts/use-draft.ts'
import { AttachButton, Attached } from './attached.tsx'

type Props = {
  /** What is begun is kept for this task. */
  taskId: string
  /** What one tap says. */
  replies: readonly string[]
  /** What the task asks a person before it goes on; null: nothing. */
  asked: ApprovalCard | null
  /** Where it goes is known; before that nothing can be said. */
  isReady: boolean
  /** The task has ended: what is said begins another one, which goes on where it stopped. */
  isOver: boolean
  /** Whether the agent is in the middle of a turn, which can be interrupted. */
  isWorking: boolean
  /** Leads to what came last; null: it is in sight. */
  onNewest: (() => void) | null
  onPrompt(text: string, attachments: readonly AttachedFile[]): Promise<boolean>
  onInterrupt(): Promise<void>
  onCancel(): Promise<void>
}

/** A word to the agent, at any time: it is read when the present turn ends, or at once after an interruption. */
export function Composer({
  taskId,
  replies,
  asked,
  isReady,
  isOver,
  isWorking,
  onNewest,
  onPrompt,
  onInterrupt,
  onCancel,
}: Props) {
  const [words, setWords] = useDraft(`task/${taskId}`, '')
  const [sure, setSure] = useState(false)
  const attachments = useAttachments()
  const { busy: isSending, broken, run } = useBusy()
  const busy = isSending || !isReady
  const hint = isOver ? t('task.goOn') : t('task.followUp')
  const say = (text: string) => run(() => onPrompt(text, []))
  const send = () => {
    if (busy || words.trim() === '') return
    void run(async () => {
      if (!(await onPrompt(words.trim(), attachments.files))) return
      setWords('')
      attachments.clear()
    })
  }
  return (
    <form
      class="answer-bar"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {onNewest && (
        <button type="button" class="button button-round to-newest" aria-label={t('task.newest')} onClick={onNewest}>
          <Icon name="next" />
        </button>
      )}
      <Broken when={broken} />
      {asked && words === '' && (
        <a class="button button-primary" href={`/approval/${asked.id}`}>
          {t('task.answer', { kind: t(`kind.${asked.approval.operation.kind}`) })} <Icon name="next" />
        </a>
      )}
      {!asked && replies.length > 0 && words === '' && (
        <fieldset class="replies" aria-label={t('task.quickReplies')}>
          {replies.map((reply) => (
            <button key={reply} type="button" class="reply" disabled={busy} onClick={() => void say(reply)}>
              {reply}
            </button>
          ))}
        </fieldset>
      )}
      <Attached attachments={attachments} />
      <div class="composer">
        <AttachButton attachments={attachments} disabled={busy} />
        <GrowingText
          rows={1}
          aria-label={hint}
          placeholder={hint}
          maxLength={limits.taskTextChars}
          value={words}
          onWords={setWords}
          onDone={send}
          onPaste={attachments.onPaste}
        />
        <button
          type="submit"
          class="button button-primary button-round"
          disabled={busy || words.trim() === ''}
          aria-label={t('task.send')}
        >
          <AnyIcon name="send" />
        </button>
      </div>
      {isOver ? null : sure ? (
        <div class="sure">
          <span>{t('task.stopSure')}</span>
          <button type="button" class="button" onClick={() => setSure(false)}>
            {t('back')}
          </button>
          <button type="button" class="button button-danger" onClick={() => void onCancel().then(() => setSure(false))}>
            {t('task.stop')}
          </button>
        </div>
      ) : (
        <p class="answer-foot">
          {isWorking ? (
            <button type="button" class="text-button" onClick={() => void onInterrupt()}>
              {t('task.interrupt')}
            </button>
          ) : (
            <span />
          )}
          <button type="button" class="text-button" onClick={() => setSure(true)}>
            {t('task.stop')}
          </button>
        </p>
      )}
    </form>
  )
}
