/** What notifications say. */
export default {
  push: {
    generic: 'Something waits for you',
    genericBody: 'It could not be shown here. Open the app.',
    many: 'More waits for you',
    manyBody: 'So much was asked for at once that it is not shown one by one. Open the app to see all of it.',
    open: 'Open the app to read it and decide.',
    ask: '{kind} · {project}',
    left: '{left} left: {title}',
    folder: 'in {path}',
    more: '⟨{count} more characters⟩',
    sent: 'You {answer} it. The host has not applied it yet.',
    kept: 'You {answer} it. Not sent yet: the relay has not answered. It is kept here and sent as soon as it does.',
    lapsed: 'Its time is over: it can’t be answered any more. The host has not said what became of it.',
    broken:
      'Your answer could not be kept on this device: its storage may be full. Free some space, open the app and answer there.',
    cleared: 'This phone’s keys were cleared by the browser',
    clearedBody: 'Pair again, and ask an owner of the team to remove the old key, under People and devices.',
    failed: 'Your answer was not taken. Open the app.',
    digest: '{count, plural, =0 {Nothing waits for you} one {# approval waits} other {# approvals wait}}',
    check: 'Notifications work',
    checkBody: 'This device sent this to itself. Approvals arrive the same way.',
    ended: {
      completed: 'Task done · {project}',
      failed: 'Task failed · {project}',
      rejected: 'Task not taken · {project}',
    },
    newcomer: 'A device was added to your team',
    newcomerBody: 'It can approve from now on. If you don’t know it, remove it.',
  },
} as const
