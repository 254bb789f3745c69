/** Epoch milliseconds. A test moves it by hand. */
export type Clock = { now(): number }
