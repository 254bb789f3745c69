/** What goes wrong, and the ways out. Loaded with the other words of later screens. */
export default {
  again: 'Try again',
  broken:
    'This could not be done on this device: its storage may be full or closed. Free some space, reload the app and try again.',
  pushNotice: {
    off: 'Turn on notifications to be asked when the app is closed.',
    turnOn: 'Turn on',
    denied: 'Notifications are blocked for this app: nothing reaches you while it is closed.',
    'needs-install': 'This phone notifies only an app on its Home Screen: nothing reaches you while this is closed.',
    unsupported: 'This browser has no notifications: nothing reaches you while the app is closed.',
  },
  link: {
    connecting: 'Still connecting…',
    clockAhead:
      'This phone’s clock is {by} ahead. Let the phone set its time by itself: what is decided by a wrong clock is not accepted.',
    clockBehind:
      'This phone’s clock is {by} behind. Let the phone set its time by itself: what is decided by a wrong clock is not accepted.',
    stale: 'Updated {when}.',
    offline: 'No connection. What you do is kept and sent later.',
    refused: '{count, plural, one {# thing was} other {# things were}} not accepted.',
    unsent: '{count, plural, one {# thing is} other {# things are}} not sent yet.',
    update: 'A new version is ready.',
  },
  queued: {
    waits: 'Not sent yet: no connection. It is sent by itself as soon as there is one.',
    drop: 'Don’t send',
    forget: 'Remove it',
  },
  kept: {
    title: 'Kept on this phone',
    none: 'Everything has been sent',
    decision: 'You {answer}:',
    dropSure: 'Not send it? If it has reached the relay without this phone hearing so, it counts all the same.',
    kind: {
      prompt: 'A word to the agent',
      cancel: 'Cancel the task',
      interrupt: 'Interrupt the agent',
      resume: 'Let the task go on asking',
      ping: 'Ask the host whether it is there',
      'stop-all': 'Stop everything on the host',
      'revoke-rule': 'Take back what is allowed without asking',
      'name-device': 'Name a device',
      'set-option': 'A change of model or mode',
    },
  },
  left: {
    title: 'Left',
    what: 'You have left this team in another tab',
  },
  removed: {
    title: 'This phone is out of the team',
    signed:
      'An owner has removed this phone from the team. What it signs counts for nothing any more; nothing it has asked for is stopped by that.',
    said: 'The relay does not know this phone’s key: an owner has removed it, or the relay has lost what it knew. Ask an owner of the team which it is.',
    out: 'If it was removed, forget the team on this phone. Then it can be paired or invited again, with new keys.',
  },
  frozen: {
    title: 'Nothing can be approved',
    what: 'Owners of this team have signed two different versions of who belongs to it. Until that is settled, this phone decides nothing and hosts release nothing.',
    why: 'Either somebody uses an owner’s key besides its owner, or the relay showed two owners different things. Talk to the other owners, not over this app, and find out which device signed what you don’t know.',
    when: 'Seen {when}, at entry {n} of the trust log.',
    out: 'The way out',
    reset: 'At each host, run',
    forgetHint: 'Forget the team on this phone; that makes new keys too.',
    pair: 'Pair this phone with the host again, and invite the others anew.',
    forget: 'Forget the team on this phone',
    sure: 'Delete this phone’s keys and all it has kept? This can’t be taken back.',
  },
} as const
