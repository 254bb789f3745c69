/** What the host says to an agent that has to plan first. Its words are the same in every task: they are no part of what is approved. */

const form = [
  'End your answer with one block of exactly this form, and nothing after it:',
  '```json',
  '{"steps": ["what you will do, in order"], "modify": ["path/of/a/file"], "create": [], "delete": ["path/of/a/file/or/folder"], "run": ["one command"]}',
  '```',
  'Paths are relative to the project, without patterns and without "..". Name every file that will be changed, also those that commands write.',
  'Each command in "run" is one simple command as you will run it, word by word, in the project folder: no pipes, no &&, no variables, no patterns, no redirections.',
].join('\n')

/** With the task, before anything else is said. */
export const planPrompt = (task: string): string =>
  [
    task,
    'Plan this first. You may only read until your plan is approved by a person: do not change any file and run nothing that does. What your plan names may then be done without another question; everything else is asked for or stopped.',
    form,
  ].join('\n\n')

export const resumePlanPrompt = `The program that connects us was restarted while you were planning. State your whole plan again.\n\n${form}`

export const unreadablePrompt = (why: string): string =>
  `Your plan could not be read. ${why} State your whole plan again.\n\n${form}`

/** What a person said about it: words of theirs, as they typed them. */
export const changePrompt = (words: string): string =>
  `A person wants your plan changed: ${words}\n\nYou may still only read. State your whole plan again.\n\n${form}`

export const beginPrompt =
  'Your plan was approved by a person. Carry it out now, exactly as you stated it: only these files, only these commands, word by word.'

/** For an agent that can't go on in its session: all that it needs to know. */
export const beginAnewPrompt = (task: string, plan: string): string =>
  `${task}\n\n${beginPrompt}\n\nThe plan:\n\`\`\`json\n${plan}\n\`\`\``
