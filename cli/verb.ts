import type { Command } from 'commander'
import type { Refused } from '#protocol/errors.ts'
import type { Home } from './home.ts'
import type { Output } from './output.ts'

/** What every verb gets: where the state is, how to speak, and when to stop (Ctrl-C, SIGTERM). */
export type World = {
  home: Home
  env: NodeJS.ProcessEnv
  stdin: NodeJS.ReadStream
  isTerminal: boolean
  stop: AbortSignal
}

/** Null: done. A refusal is printed. `unsuccessful`: the facts already say it. Both end with exit code 1, `usage` with 2. `exitCode`: that of the program that was run. */
export type Outcome = Refused | 'unsuccessful' | { exitCode: number } | null

/** Runs a verb and sets the exit code; passed to every verb's `add`. */
export type Run = (command: Command, act: (world: World, output: Output) => Promise<Outcome>) => Promise<void>

/** A verb puts itself on the program. */
export type AddVerb = (program: Command, run: Run) => void
