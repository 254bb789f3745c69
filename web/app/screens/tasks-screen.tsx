import { t } from '../../texts/all-texts.ts'
import { useApp } from '../model/use-app.ts'
import { Icon } from '../parts/icon.tsx'
import { Screen } from '../parts/layout.tsx'
import { TasksView } from '../views/tasks.tsx'

export function TasksScreen() {
  const { model } = useApp()
  return (
    <Screen
      title={t('tasks.title')}
      action={
        <>
          <a class="bar-back" href="/history" aria-label={t('history.title')}>
            <Icon name="search" />
          </a>
          <a class="bar-action" href="/new" aria-label={t('waiting.newTask')}>
            <Icon name="plus" />
          </a>
        </>
      }
    >
      <TasksView
        queued={model.posts.value.filter(({ send }) => send.route === 'task.submit')}
        onDrop={(id) => void model.dropPost(id)}
        tasks={model.tasks.value}
        known={model.known.value}
        hosts={model.hosts.value}
        now={model.now.value}
      />
    </Screen>
  )
}
