import { useState } from 'preact/hooks'
import type { AttachedFile } from '#client/attach.ts'
import { visible } from '#client/display.ts'
import type { HostSummary } from '#client/list-hosts.ts'
import { chooseRoute } from '#protocol/choose-route.ts'
import { limits } from '#protocol/limits.ts'
import type { Chosen } from '#protocol/statements/choices.ts'
import type { Route } from '#protocol/statements/route.ts'
import type { Place } from '#protocol/statements/task.ts'
import { t } from '../../texts/all-texts.ts'
import type { Known } from '../model/standing.ts'
import { useAttachments } from '../model/use-attachments.ts'
import { Broken } from '../parts/broken.tsx'
import { Exact } from '../parts/exact.tsx'
import { GrowingText } from '../parts/growing-text.tsx'
import { later } from '../parts/later.tsx'
import { Notice } from '../parts/layout.tsx'
import { Nothing } from '../parts/nothing.tsx'
import { useBusy } from '../parts/use-busy.ts'
import { useDraft } from '../parts/use-draft.ts'
import { AttachButton, Attached } from './attached.tsx'
import '../style/form.css'

const ChoiceFields = later(() => import('./choice-fields.tsx').then(({ ChoiceFields }) => ChoiceFields))

const ContinueSession = later(() => import('./continue-session.tsx').then((it) => it.ContinueSession))

export type NewTask = {
  hostId: string
  text: string
  project?: string
  agent?: string
  planFirst?: boolean
  place?: Place
  attachments: readonly AttachedFile[]
  choose?: Chosen
  route?: string
  session?: string
}
export type NewTaskProps = {
  hosts: readonly HostSummary[]
  /** Whether the relay has said who is there, or only the last state is known. */
  known: Known
  now: number
  /** A sentence when the last try did not work. */
  refusal: string | null
  /** Whether it was taken: then what was written is forgotten. */
  onSubmit(task: NewTask): Promise<boolean>
  /** Asks for an agent's sessions; the id of the asking, or null where it was not sent. */
  onList(hostId: string, list: { agent: string; project?: string }): Promise<string | null>
}

/** Of a route in the list of agents: none of them is called so. */
const optionOf = ({ name }: Route) => `route: ${name}`

export function NewTaskView({ hosts, known, now, refusal, onSubmit, onList }: NewTaskProps) {
  const isPresenceKnown = known.is === 'fresh'
  const first = hosts.find(({ online }) => online) ?? hosts[0]
  const [chosen, setChosen] = useState<string | null>(null)
  const [project, setProject] = useState('')
  const [agent, setAgent] = useState('')
  const [planFirst, setPlanFirst] = useState(false)
  const [isApart, setIsApart] = useState(true)
  const [text, setText] = useDraft('new-task', '')
  const attachments = useAttachments({ takesShared: true })
  const [choices, setChoices] = useState<{ of: string; chosen: Chosen }>({ of: '', chosen: {} })
  const [session, setSession] = useState({ of: '', id: '' })
  const { busy, broken, run } = useBusy()
  const host = hosts.find(({ hostId }) => hostId === chosen) ?? first
  if (!host)
    return (
      <Nothing known={known} now={now} title={t('newTask.noHost')} then={(when) => t('hosts.noneThen', { when })} />
    )
  const { projects = [], agents = [], defaultAgent = '', routes = [] } = host.status ?? {}
  const place = projects.find(({ path }) => path === project) ?? projects[0]
  const byRoute = agent === '' && routes.length > 0
  const routed = byRoute ? chooseRoute(routes, { text, project: place?.name ?? null }) : null
  const named = routes.find((each) => optionOf(each) === agent)
  const route = named ?? routed?.route
  const taker = route?.agent ?? (agent || defaultAgent)
  const runsCommands = taker === 'command'
  const titleOf = (name: string) => agents.find((each) => each.name === name)?.title ?? name
  const takerOf = ({ agent, model }: Route) => titleOf(agent) + (model ? `, ${model}` : '')
  // Of a host that has not said yet what it runs, nothing is assumed.
  const isAgent = taker !== '' && !runsCommands
  const offered = agents.find(({ name }) => name === taker)?.choices
  // What one agent offers is nothing to another.
  const offeredBy = `${host.hostId} ${taker} ${route?.name}`
  const choose = choices.of === offeredBy ? choices.chosen : route?.model ? { model: route.model } : {}
  const keptBy = `${offeredBy} ${place?.path}`
  const goesOnIn = session.of === keptBy ? session.id : ''
  const submit = () => {
    if (busy || text.trim() === '') return
    void run(async () => {
      const isTaken = await onSubmit({
        hostId: host.hostId,
        text: text.trim(),
        ...(project === '' ? {} : { project }),
        ...(taker === defaultAgent ? {} : { agent: taker }),
        ...(planFirst && !runsCommands ? { planFirst } : {}),
        attachments: runsCommands ? [] : attachments.files,
        ...(goesOnIn === '' ? {} : { session: goesOnIn }),
        ...(isApart && isAgent && goesOnIn === '' ? { place: 'worktree' } : {}),
        ...(Object.keys(choose).length > 0 ? { choose } : {}),
        ...(route ? { route: route.name } : {}),
      })
      if (isTaken) setText('')
    })
  }
  return (
    <form
      class="whole-form"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <label class="field">
        <span>{t('newTask.text')}</span>
        <GrowingText
          class={runsCommands ? 'code' : undefined}
          rows={5}
          maxLength={limits.taskTextChars}
          placeholder={runsCommands ? 'npm test' : t('newTask.placeholder')}
          value={text}
          onWords={setText}
          onDone={submit}
          onPaste={attachments.onPaste}
        />
      </label>
      {!runsCommands && (
        <div class="attach-row">
          <AttachButton attachments={attachments} disabled={busy} withWords={attachments.all.length === 0} />
          <Attached attachments={attachments} />
        </div>
      )}
      {runsCommands && <p class="quiet">{t('newTask.commandHint')}</p>}
      <label class="field">
        <span>{t('newTask.host')}</span>
        <select value={host.hostId} onChange={(event) => setChosen(event.currentTarget.value)}>
          {hosts.map(({ hostId, status, online }) => (
            <option key={hostId} value={hostId}>
              {visible(status?.name ?? t('unknownHost'))}
              {isPresenceKnown && ` (${online ? t('online') : t('offline')})`}
            </option>
          ))}
        </select>
      </label>
      {projects.length > 1 && (
        <label class="field">
          <span>{t('newTask.project')}</span>
          <select value={project} onChange={(event) => setProject(event.currentTarget.value)}>
            {projects.map(({ path, name }, index) => (
              <option key={path} value={index === 0 ? '' : path}>
                {visible(name)}
              </option>
            ))}
          </select>
        </label>
      )}
      {agents.length > 1 && (
        <label class="field">
          <span>{t('newTask.agent')}</span>
          <select value={agent} onChange={(event) => setAgent(event.currentTarget.value)}>
            {routes.length > 0 && <option value="">{t('newTask.automatic')}</option>}
            {agents.map(({ name, title }) => (
              <option key={name} value={name === defaultAgent && routes.length === 0 ? '' : name}>
                {visible(name === defaultAgent ? t('newTask.defaultAgent', { title }) : title)}
              </option>
            ))}
            {routes.map((each) => (
              <option key={optionOf(each)} value={optionOf(each)}>
                {visible(t('newTask.byName', { route: each.name, agent: takerOf(each) }))}
              </option>
            ))}
          </select>
          {byRoute && text.trim() !== '' && (
            <span class="quiet">
              <Exact
                text={
                  routed
                    ? t('newTask.routed', {
                        route: routed.route.name,
                        agent: takerOf(routed.route),
                        intent: t(`intent.${routed.intent}`),
                      })
                    : t('newTask.unrouted')
                }
              />
            </span>
          )}
        </label>
      )}
      {offered && Object.keys(offered).length > 0 && (
        <ChoiceFields offered={offered} chosen={choose} onChange={(chosen) => setChoices({ of: offeredBy, chosen })} />
      )}
      <div>
        {!runsCommands && (
          <label class="choose">
            <input
              type="checkbox"
              checked={planFirst}
              onChange={(event) => setPlanFirst(event.currentTarget.checked)}
            />
            <span>{t('newTask.planFirst')}</span>
          </label>
        )}
        {isAgent && goesOnIn === '' && (
          <label class="choose">
            <input
              name="apart"
              type="checkbox"
              checked={isApart}
              onChange={(event) => setIsApart(event.currentTarget.checked)}
            />
            <span>{t('newTask.apart')}</span>
          </label>
        )}
      </div>
      {isAgent && host.online && (
        <ContinueSession
          key={keptBy}
          listings={host.status?.listings ?? []}
          chosen={goesOnIn}
          now={now}
          onAsk={() => onList(host.hostId, { agent: taker, ...(place ? { project: place.path } : {}) })}
          onChoose={(id) => setSession({ of: keptBy, id })}
        />
      )}
      {isPresenceKnown && !host.online && <Notice>{t('newTask.offlineHost')}</Notice>}
      <div class="answer-bar">
        <Broken when={broken} />
        {refusal !== null && <Notice kind="warning">{refusal}</Notice>}
        <button type="submit" class="button button-big button-primary" disabled={busy || text.trim() === ''}>
          {busy ? t('newTask.sending') : t('newTask.submit')}
        </button>
      </div>
    </form>
  )
}
