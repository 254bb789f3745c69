import { limits } from '#protocol/limits.ts'
import { declarativeVersion } from '#protocol/push-message.ts'

/**
 * A push for Apple's service as a declarative one (WebKit's Declarative Web Push): if its worker does not run, the phone still shows these general words and opens the app,
 * whatever it is about. The worker replaces them by what the sealed text says. The text as it is where the two would not fit.
 */
export function declarative(text: string, appOrigin: string): string {
  const message = JSON.stringify({
    web_push: declarativeVersion,
    notification: {
      title: 'Something waits for you',
      body: 'Open the app.',
      navigate: `${appOrigin}/?pushed`,
      data: text,
    },
    mutable: true,
  })
  return message.length <= limits.pushTextChars ? message : text
}

export const isApple = ({ hostname }: URL): boolean => hostname.endsWith('.push.apple.com')
