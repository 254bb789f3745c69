const paths = {
  waiting: 'M12 3a9 9 0 1 0 9 9M8.500 11.500l3 3L20 6',
  tasks: 'M4 6h3M4 12h3M4 18h3M11 6h9M11 12h9M11 18h9',
  hosts: 'M4 5h16v6H4zM4 13h16v6H4zM7.500 8h.01M7.500 16h.01',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  plus: 'M12 5v14M5 12h14',
  command: 'M5 7l5 5-5 5M12 17h7',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  delete: 'M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13M10 11v5M14 11v5',
  fetch: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  tool: 'M14 6a4 4 0 0 1 5-1l-3 3 1 2 2 .5 2-3a4 4 0 0 1-5.500 5L8 20a2 2 0 0 1-3-3l7.500-7A4 4 0 0 1 14 6z',
  plan: 'M5 4h14v16H5zM8.500 9l1.500 1.500L12.500 8M8.500 15l1.500 1.500 2.500-2.500M15 9.500h1.500M15 15.500h1.500',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.500 20a7.500 7.500 0 0 1 15 0',
  device: 'M7 3h10v18H7zM11 18h2',
  warning: 'M12 4l9 16H3zM12 10v4M12 17h.01',
} as const

export type IconName = keyof typeof paths

/** Decoration only: the word beside it says what it means. Those of the first screen; the others are `AnyIcon`. */
export const Icon = ({ name }: { name: IconName }) => <Drawn path={paths[name]} />

export function Drawn({ path }: { path: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  )
}
