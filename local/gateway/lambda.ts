import { limits } from '#protocol/limits.ts'

/** How an invocation ended, as API Gateway sees it. */
export type Invoked<T> = { is: 'answered'; value: T } | { is: 'failed' } | { is: 'timed-out' }

/** Invokes a function as API Gateway would: an exception is a failed integration, and after 29 seconds nobody waits any more. */
export function invoke<T>(call: () => Promise<T>, withinMs: number = limits.integrationMs): Promise<Invoked<T>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ is: 'timed-out' }), withinMs)
    call()
      .then(
        (value) => resolve({ is: 'answered', value }),
        () => resolve({ is: 'failed' }),
      )
      .finally(() => clearTimeout(timer))
  })
}
