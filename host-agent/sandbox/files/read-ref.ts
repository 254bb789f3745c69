import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a worktree's references are: HEAD in its folder, the others in the repository. */
export type RefPlace = { common: string; folder: string }

const hash = /^([0-9a-f]{40}|[0-9a-f]{64})$/
/** Larger is no list of references that a person has. */
const packedMost = 64 * 1024 * 1024

const fileOf = ({ common, folder }: RefPlace, ref: string) => join(ref === 'HEAD' ? folder : common, ref)

/**
 * The commit that a reference names, read from its file or from the packed ones: also where nothing else in the repository is believed. Null: there is none, it names
 * another reference, or its file is a link.
 */
export function readRef(place: RefPlace, ref: string): string | null {
  const loose = textOf(fileOf(place, ref), 1_024)
  if (loose !== null) return hash.exec(loose.trim())?.[0] ?? null
  if (ref === 'HEAD') return null
  const packed = textOf(join(place.common, 'packed-refs'), packedMost) ?? ''
  const line = packed.split('\n').find((each) => each.endsWith(` ${ref}`))
  return hash.exec(line?.split(' ')[0] ?? '')?.[0] ?? null
}

/** Null: there is no such file, or no plain one of a fitting size. */
function textOf(path: string, most: number): string | null {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isFile() && found.size <= most ? readFileSync(path, 'utf8') : null
}
