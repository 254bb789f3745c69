/** A task's own folder and branch, as they were made. All paths are absolute. */
export type WorktreeFacts = {
  /** The top folder of the project's own working tree. */
  top: string
  /** The worktree's folder. */
  root: string
  /** The project in it: the same as `root`, or a folder below where the project is not the whole repository. */
  project: string
  branch: string
  /** The commit it began from. */
  base: string
}
