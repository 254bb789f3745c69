import { t } from '../../texts/all-texts.ts'
import { useApp } from '../model/use-app.ts'
import { AnyIcon } from '../parts/any-icon.tsx'
import { Icon } from '../parts/icon.tsx'
import { Screen } from '../parts/layout.tsx'
import { TasksView } from '../views/tasks.tsx'
import { HostChips } from './host-chips.tsx'
import { TeamsRoom } from './teams-room.tsx'

export function TasksScreen() {
  const { model } = useApp()
  const only = model.onlyHost.value
  const tasks = model.tasks.value.filter(({ head }) => only === null || head.hostId === only)
  return (
    <Screen
      title={t('tasks.title')}
      action={
        <>
          <a class="bar-back" href="/history" aria-label={t('history.title')}>
            <AnyIcon name="search" />
          </a>
          <a class="bar-action" href="/new" aria-label={t('waiting.newTask')}>
            <Icon name="plus" />
          </a>
        </>
      }
    >
      <TeamsRoom />
      <HostChips of="tasks" isEmpty={tasks.length === 0} />
      <TasksView
        queued={model.posts.value.filter(({ send }) => send.route === 'task.submit')}
        onDrop={(id) => void model.dropPost(id)}
        tasks={tasks}
        isNarrowed={only !== null}
        known={model.known.value}
        hosts={model.hosts.value.filter(({ hostId }) => only === null || hostId === only)}
        now={model.now.value}
      />
    </Screen>
  )
}
