import { Drawn } from './icon.tsx'

const paths = {
  check: 'M5 12.500l4.500 4.500L19 7.500',
  cross: 'M6 6l12 12M18 6L6 18',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.500 2',
  send: 'M4 12l16-8-6 16-3-7zM11 13l9-9',
  scan: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M4 12h16',
  passkey:
    'M9 13a4 4 0 1 0 0-8 4 4 0 0 0 0 8M2.500 20a6.500 6.500 0 0 1 10-5M17 10a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5M17 15v6l2-1.500M17 18h2',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5',
  share: 'M12 15V4M8 7.500L12 3.500l4 4M6 11H5v9h14v-9h-1',
  picture: 'M4 5h16v14H4zM4 16l4.500-4.500 4 4 2.500-2.500 5 5M15.500 9h.01',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l1.500 2h-15zM10 21h4',
} as const

/** An icon of a screen that loads later: decoration only, as `Icon`. */
export const AnyIcon = ({ name }: { name: keyof typeof paths }) => <Drawn path={paths[name]} />
