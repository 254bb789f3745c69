const WIDTH = 100
const HEIGHT = 28

type Props = {
  name: string
  /** What it is now, in words. */
  now: string
  /** How far it can go, in words; absent: nobody has said. */
  of?: string
  values: readonly number[]
  /** The top; absent: the largest of the values. */
  most?: number
}

/** A line of the last minutes beside the number that counts. The line is decoration: the words say it. */
export function Chart({ name, now, of, values, most = Math.max(...values, 1) }: Props) {
  const y = (value: number) => HEIGHT - 2 - (Math.min(value, most) / most) * (HEIGHT - 4)
  // A line needs two ends, also at the first sample.
  const line = values.length === 1 ? [...values, ...values] : values
  const x = (index: number) => (index / (line.length - 1)) * WIDTH
  const points = line.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`)
  return (
    <div class="chart">
      <span class="chart-name">{name}</span>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {points.length > 1 && (
          <>
            <polygon points={`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} />
            <polyline points={points.join(' ')} />
          </>
        )}
      </svg>
      <span class="chart-words">
        <strong>{now}</strong>
        {of !== undefined && <span class="quiet"> {of}</span>}
      </span>
    </div>
  )
}
