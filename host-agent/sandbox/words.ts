import type { Violation } from './violation.ts'

/** How programs say that the kernel refused them something. */
const refusedByKernel =
  /Operation not permitted|EPERM|Function not implemented|ENOSYS|Permission denied|EACCES|(Protocol|Address family) not supported|EAFNOSUPPORT/i
/** How programs say that they got no more memory. */
const outOfMemory =
  /ENOMEM|ERR_MEMORY_ALLOCATION_FAILED|Cannot allocate memory|Failed to allocate memory|Allocation failed|Out of memory|bad_alloc|MemoryError/i
/** How programs say that a name leads nowhere. Inside none does: whoever goes through the proxy asks it, and hears from it. */
const unresolved =
  /(?:Could not resolve host(?:name)?:?|unable to resolve host(?: address)?|getaddrinfo (?:ENOTFOUND|EAI_AGAIN))\s+['"“‘]?([\w.-]+)|Name or service not known|Temporary failure in name resolution/i

export const saysRefused = (words: string): boolean => refusedByKernel.test(words)

/**
 * What the sandbox kept from a program that has failed, where nothing tells it but the program's own words: memory beyond the cap, which a limit refuses before it is used, and
 * names. A guess, fit to be shown and to be asked about.
 */
export function violationsIn(words: string, { capsMemory }: { capsMemory: boolean }): Violation[] {
  const name = unresolved.exec(words)
  return [
    ...(capsMemory && outOfMemory.test(words)
      ? [{ code: 'sandbox_memory_exceeded', detail: 'it was refused more, as its own words say' } as const]
      : []),
    ...(name ? [{ code: 'sandbox_names_blocked', detail: (name[1] ?? name[0]).slice(0, 200) } as const] : []),
  ]
}
