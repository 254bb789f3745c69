import type * as Acp from '@agentclientprotocol/sdk'

/** The first words to an agent: who we are and what we take. Returns what it can, or in words why it is of no use. */
export async function greet(acp: typeof Acp, agent: Acp.ClientContext): Promise<Acp.AgentCapabilities | string> {
  const hello = await agent.request('initialize', {
    protocolVersion: acp.PROTOCOL_VERSION,
    clientInfo: { name: 'countersign', title: 'Countersign', version: '0.1.0' },
    clientCapabilities: {
      // Advertised as missing so that agents use their own tools, which ask; some call it all the same and get it confined.
      fs: { readTextFile: false, writeTextFile: false },
      terminal: false,
      session: { configOptions: { boolean: {} } },
      // A link to open would be one from the agent, followed with a person's own browser: none is taken.
      elicitation: { form: {} },
      _meta: { terminal_output: true },
    },
  })
  if (hello.protocolVersion !== acp.PROTOCOL_VERSION)
    return `it speaks version ${hello.protocolVersion} of the protocol, not 1`
  return hello.agentCapabilities ?? {}
}
