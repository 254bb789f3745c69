/** Pictures that a browser draws and that can't run anything. An SVG is a document with scripts: it is a file. */
export const pictures: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif'])
