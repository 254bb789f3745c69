/** The port of a relay on this machine. */
export const DEFAULT_PORT = 7780

export const DEFAULT_RELAY = `http://localhost:${DEFAULT_PORT}`
