import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelStep } from '#host-agent/canary/model-step.ts'
import { type ScriptedModel, startScriptedModel } from '#host-agent/canary/scripted-model.ts'
import { usualSandbox } from '../sandbox/usual-sandbox.ts'
import { type HostWorld, must, openHostWorld, type WatchedTask } from './host-world.ts'
import { environmentFor, installAgent, type RealAgent } from './real-agents.ts'

/** A real agent from npm on a host, for a model that plays what `plays` says at the time. */
export type AgentWorld = {
  world: HostWorld
  model: ScriptedModel
  plays: { script: readonly ModelStep[]; cwd: string }
  /** What it asks next, and how it is answered; null: the task has ended. */
  next(task: WatchedTask): Promise<Asked | null>
  /** Gives every question of a task the same answer until it ends; returns what was asked. */
  answerAll(task: WatchedTask, answer: 'approve' | 'deny'): Promise<Asked['operation'][]>
  close(): Promise<void>
}

export type Asked = {
  operation: { kind: string; driver: string; command: string | null; files: readonly { path: string }[] }
  decide(answer: 'approve' | 'deny'): Promise<void>
}

export async function openAgentWorld(agent: RealAgent, script: readonly ModelStep[]): Promise<AgentWorld> {
  const programs = await installAgent(agent)
  const plays = { script, cwd: '' }
  const model = await startScriptedModel({ script: () => plays.script, cwd: () => plays.cwd })
  const home = mkdtempSync(join(tmpdir(), 'countersign-agent-'))
  const environment = environmentFor(agent, programs, home, { url: model.url, inSandbox: true })
  const world = await openHostWorld({ host: { environment, allowUnproven: false, sandbox: usualSandbox } })
  plays.cwd = world.project
  const known = new Set<string>()

  async function next(task: WatchedTask): Promise<Asked | null> {
    const found = await Promise.race([world.nextApproval(known), task.ended.then(() => null)])
    if (found === null) return null
    known.add(found.id)
    const { approval } = must(await world.device.approval(found.id))
    return {
      operation: approval.operation,
      async decide(answer) {
        await world.device.decide({ approvalId: found.id, answer, shown: { where: 'app', whole: true } })
      },
    }
  }
  return {
    world,
    model,
    plays,
    next,
    async answerAll(task, answer) {
      const asked: Asked['operation'][] = []
      for (let question = await next(task); question; question = await next(task)) {
        asked.push(question.operation)
        await question.decide(answer)
      }
      return asked
    },
    async close() {
      await world.close()
      await model.close()
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
