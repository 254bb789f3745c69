import type { ApprovalCard } from '#client/read-approval.ts'
import { t } from '../../texts/texts.ts'
import { Exact } from '../parts/exact.tsx'
import { Icon } from '../parts/icon.tsx'

/** How many persons it takes, and who has said what so far. What counts is said by the host's receipt. */
export function Quorum({ card, nameOf }: { card: ApprovalCard; nameOf(kid: string): string }) {
  const { quorum } = card.approval
  const said = card.decisions ?? []
  if (quorum.persons === 1 && !quorum.groups?.length && said.length < 2) return null
  return (
    <div class="quorum">
      <p>
        <Icon name="person" /> {t('approval.quorum', { count: quorum.persons })}
        {quorum.groups?.length
          ? ` ${t('approval.quorumGroups', { names: quorum.groups.map(({ name }) => name).join(', ') })}`
          : ''}
      </p>
      {said.map(({ id, device, answer, reason }) => (
        <p key={id} class="quiet">
          <Exact text={nameOf(device)} />: {t(`answer.${answer}`)}
          {reason !== undefined && (
            <>
              {' · '}
              <Exact text={reason} lines />
            </>
          )}
        </p>
      ))}
    </div>
  )
}
