/** Opens a dialog over the page. Back closes it, as in any app on a phone; however it is closed, Back leads afterwards where it led before. */
export function openOver(dialog: HTMLDialogElement): void {
  const onBack = () => dialog.close()
  dialog.showModal()
  history.pushState({ inside: true, over: true }, '')
  window.addEventListener('popstate', onBack, { once: true })
  dialog.addEventListener(
    'close',
    () => {
      window.removeEventListener('popstate', onBack)
      if (history.state?.over) history.back()
    },
    { once: true },
  )
}
