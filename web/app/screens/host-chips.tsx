import { t } from '../../texts/all-texts.ts'
import { useApp } from '../model/use-app.ts'
import { Chips } from '../parts/chips.tsx'
import { Exact } from '../parts/exact.tsx'
import { hostNameOf } from '../views/host-name.ts'

/** No host has this id. */
const ALL = ''

/** `of`: what is listed, to say that there is none of it on the chosen host. */
type Props = { of: 'waiting' | 'tasks'; isEmpty: boolean }

/** Narrows what is listed to one host, where there are several. How many approvals wait on each stands beside its name, so that nothing waits unseen. */
export function HostChips({ of, isEmpty }: Props) {
  const { model } = useApp()
  const hosts = model.hosts.value
  if (hosts.length < 2) return null
  const only = model.onlyHost.value
  const chipOf = (id: string, words: string) => {
    const count = model.needs.value.filter(({ approval }) => id === ALL || approval.host === id).length
    return { id, words, count, countWords: t('hosts.waits', { count }) }
  }
  return (
    <>
      <Chips
        label={t('hosts.which')}
        chips={[chipOf(ALL, t('hosts.all')), ...hosts.map(({ hostId }) => chipOf(hostId, hostNameOf(hosts, hostId)))]}
        chosen={only ?? ALL}
        onChoose={(id) => model.narrow(id === ALL ? null : id)}
      />
      {only !== null && isEmpty && (
        <p class="quiet" role="status">
          <Exact text={t(`hosts.nothing.${of}`, { name: hostNameOf(hosts, only) })} />
        </p>
      )}
    </>
  )
}
