const plain = /^[A-Za-z0-9_/.,:=@%+-]+$/

/** A command line that a POSIX shell reads as exactly these words. */
export const shellWords = (words: readonly string[]): string =>
  words.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')
