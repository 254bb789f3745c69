/** Notifications that nobody can answer any more are replaced, and the badge is counted anew. */
export function lookAtNotes(): void {
  navigator.serviceWorker?.controller?.postMessage('look')
}
