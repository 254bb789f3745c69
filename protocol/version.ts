/** Raised only for a breaking change of a frame, route or signed statement; everything else arrives as an optional field. */
export const PROTOCOL_VERSION = 1

/** The WebSocket sub-protocol that `$connect` echoes; the proof travels beside it and is never echoed. */
export const SOCKET_PROTOCOL = 'countersign.v1'
