const paths = {
  waiting: 'M12 3a9 9 0 1 0 9 9M8.500 11.500l3 3L20 6',
  tasks: 'M4 6h3M4 12h3M4 18h3M11 6h9M11 12h9M11 18h9',
  hosts: 'M4 5h16v6H4zM4 13h16v6H4zM7.500 8h.01M7.500 16h.01',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  plus: 'M12 5v14M5 12h14',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  cross: 'M6 6l12 12M18 6L6 18',
  command: 'M5 7l5 5-5 5M12 17h7',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  delete: 'M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13M10 11v5M14 11v5',
  fetch: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  tool: 'M14 6a4 4 0 0 1 5-1l-3 3 1 2 2 .5 2-3a4 4 0 0 1-5.500 5L8 20a2 2 0 0 1-3-3l7.500-7A4 4 0 0 1 14 6z',
  plan: 'M5 4h14v16H5zM8.500 9l1.500 1.500L12.500 8M8.500 15l1.500 1.500 2.500-2.500M15 9.500h1.500M15 15.500h1.500',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.500 20a7.500 7.500 0 0 1 15 0',
  device: 'M7 3h10v18H7zM11 18h2',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.500 2',
  send: 'M4 12l16-8-6 16-3-7zM11 13l9-9',
  warning: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  scan: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M4 12h16',
  passkey:
    'M9 13a4 4 0 1 0 0-8 4 4 0 0 0 0 8M2.500 20a6.500 6.500 0 0 1 10-5M17 10a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5M17 15v6l2-1.500M17 18h2',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5',
  share: 'M12 15V4M8 7.500L12 3.500l4 4M6 11H5v9h14v-9h-1',
  picture: 'M4 5h16v14H4zM4 16l4.500-4.500 4 4 2.500-2.500 5 5M15.500 9h.01',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l1.500 2h-15zM10 21h4',
} as const

export type IconName = keyof typeof paths

/** Decoration only: the word beside it says what it means. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
