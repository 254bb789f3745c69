import * as z from 'zod/mini'

export const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const clock = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is written HH:MM'))

/** When a rule counts, in this machine's local time: from `from` up to `to`, which may be past midnight; the day is the one on which it began. */
export const TimeMatch = z.strictObject({
  from: z.optional(clock),
  to: z.optional(clock),
  days: z.optional(z.array(z.enum(days)).check(z.minLength(1), z.maxLength(7))),
})
export type TimeMatch = z.infer<typeof TimeMatch>

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

/** Whether a moment (epoch milliseconds) lies in it. */
export function matchesTime({ from = '00:00', to = '24:00', days: wanted }: TimeMatch, at: number): boolean {
  const moment = new Date(at)
  const minute = moment.getHours() * 60 + moment.getMinutes()
  const [first, end] = [minutesOf(from), minutesOf(to)]
  const overnight = end <= first
  const inside = overnight ? minute >= first || minute < end : minute >= first && minute < end
  const began = overnight && minute < end ? (moment.getDay() + 6) % 7 : moment.getDay()
  return inside && (wanted === undefined || wanted.includes(days[began] ?? 'sun'))
}
