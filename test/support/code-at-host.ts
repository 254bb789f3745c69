import { connectControl } from '#host-agent/control/control-client.ts'

/** The code of the approval that waits for one, as `countersign code` shows it at the host. */
export async function codeAtHost(home: string): Promise<string> {
  const control = await connectControl(home)
  if (!control.ok) throw new Error(control.code)
  control.value.send({ verb: 'approval-codes' })
  for await (const step of control.value.events) {
    control.value.close()
    return (step.codes as { code: string }[])[0]?.code ?? ''
  }
  return ''
}
