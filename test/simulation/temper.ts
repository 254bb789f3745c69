import type { Random } from './random.ts'

/** How a run goes: what the relay does to each message, how often, and what befalls the host. Probabilities from 0 to 1. */
export type Temper = {
  drop: number
  delay: number
  repeat: number
  maul: number
  swap: number
  lie: number
  /** Mean seconds between two inventions; 0: none. */
  inventEvery: number
  /** Mean seconds between two deaths of the host's machine; 0: none. */
  dieEvery: number
  /** Somebody sets the host's wall clock once. */
  setClock: boolean
  /** An owner takes the second device out of the team. */
  remove: boolean
  persons: 1 | 2
  /** Minutes for the tap, and after it for the release. */
  minutes: number
  /** The file that an operation deletes changes now and then after it was shown. */
  changeFiles: boolean
}

/** Seconds: a flood is thousands of made-up items in a run, each a look of its own if the host let it; more than that shows nothing else and takes minutes. */
const inventsLeast = 0.015

/** Some runs are only rough, some are hostile in one way, some in all: a rare defect shows in one that is otherwise calm. */
export function temperOf(random: Random): Temper {
  const some = (p: number, most: number) => (random.chance(p) ? random.next() * most : 0)
  const [drop, delay, repeat] = [some(0.5, 0.3), some(0.5, 0.5), some(0.5, 0.5)]
  const [maul, swap, lie, invents] = [some(0.35, 0.3), some(0.35, 0.3), some(0.2, 0.2), some(0.6, 20)]
  return {
    drop,
    delay,
    repeat,
    maul,
    swap,
    lie,
    inventEvery: invents === 0 ? 0 : Math.max(invents, inventsLeast),
    dieEvery: random.chance(0.5) ? 5 + random.next() * 60 : 0,
    setClock: random.chance(0.15),
    remove: random.chance(0.2),
    persons: random.chance(0.3) ? 2 : 1,
    minutes: random.chance(0.3) ? 1 : 60,
    changeFiles: random.chance(0.3),
  }
}

/** Whether what the relay took in comes to its end once it is honest again: a relay that lies, or bends what it hands on, may deny service for good. */
export const mayLose = ({ maul, swap, lie }: Temper): boolean => maul > 0 || swap > 0 || lie > 0
