/** The words of what an agent asks and is told: they load with the other screens. */
export default {
  question: {
    asks: '{agent} asks',
    words: 'The agent asks, in its own words',
    optional: 'optional',
    pattern: 'The agent expects: {pattern}',
    choose: 'Choose…',
    noSecrets: 'The agent reads what you write here. No passwords, no keys.',
    answer: 'Answer',
    decline: 'Don’t answer',
    mend: '{count, plural, one {One field needs} other {# fields need}} another look.',
    problem: {
      missing: 'This is required.',
      kind: 'This is not a number of the kind that is asked for.',
      short: 'This is too little: at least {least}.',
      long: 'This is too much: at most {most}.',
      low: 'At least {least}.',
      high: 'At most {most}.',
      option: 'Choose one of those that are offered.',
      format: {
        email: 'This is not an email address.',
        uri: 'This is not a whole link, like https://example.org.',
        date: 'This is not a date.',
        'date-time': 'This is not a date with a time.',
      },
      size: 'Your answers are too long together.',
      unknown: 'This was not asked for.',
    },
  },
} as const
