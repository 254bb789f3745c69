import type { GateAnswer, RunEnd, ToolRequest } from '../agents/driver.ts'
import type { Budget, BudgetWish } from './budget.ts'

type Ports = {
  budget: Budget
  taskId: string
  ask(request: ToolRequest): Promise<GateAnswer>
  executed(approvalId: string): void
  /** Aborted: the session ends, and nobody is asked any more. */
  signal: AbortSignal
  /** Ends the session. */
  stop(end: RunEnd): void
}

/** Whether the session may spend more. Where a budget is used up, people are asked once, whoever waits for it; a no ends the session. */
export function sessionBudget({ budget, taskId, ask, executed, signal, stop }: Ports): () => Promise<boolean> {
  let asking: Promise<boolean> | null = null

  async function goOn(): Promise<boolean> {
    for (let wish = budget.usedUp(taskId); wish; wish = budget.usedUp(taskId)) {
      if (signal.aborted) return false
      const answer = await ask(budgetRequest(wish))
      if (answer.answer === 'allow') {
        budget.widen(taskId, wish)
        if (answer.approvalId) executed(answer.approvalId)
        continue
      }
      if (answer.answer === 'deny') stop({ state: 'failed', code: 'budget_spent' })
      return false
    }
    return true
  }

  return () => {
    asking ??= goOn().finally(() => {
      asking = null
    })
    return asking
  }
}

/** The host's own question: it runs nothing, but what follows costs. */
const budgetRequest = (wish: BudgetWish): ToolRequest => ({
  kind: 'tool',
  driver: 'host',
  binding: 'exact',
  input: { ...wish, unit: 'millionths of a US dollar' },
  command: null,
  edits: [],
  paths: [],
  reads: false,
  budget: wish,
  unknown: [],
})
