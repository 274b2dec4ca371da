import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./ensure-in-process.ts', import.meta.url))
const NOBODY = 65_534
// Permissions do not bind root, so a test that is run by root hands over to somebody they do bind.
const unprivilegedUser = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** Whether a process without privileges can be had here: not where only root can reach this checkout. */
export function canDropPrivileges(): boolean {
  const readScript = ['-e', 'require("node:fs").readFileSync(process.argv[1])', SCRIPT]
  return (
    process.platform !== 'win32' && spawnSync(process.execPath, readScript, unprivilegedUser).status === 0
  )
}

/** Runs a script in as many processes as there are argument lists, all let go at once; their answers. */
export async function ensureInProcesses(
  argumentLists: readonly (readonly string[])[],
  { unprivileged = false, script = SCRIPT } = {},
): Promise<Record<string, unknown>[]> {
  const children = argumentLists.map((args) =>
    spawn(process.execPath, [script, ...args], unprivileged ? unprivilegedUser : {}),
  )
  await Promise.all(children.map((child) => Promise.race([once(child.stdout, 'data'), once(child, 'exit')])))
  const answers = children.map(answerOf)
  for (const child of children) child.stdin.end('go\n')
  return Promise.all(answers)
}

async function answerOf(child: ChildProcessWithoutNullStreams): Promise<Record<string, unknown>> {
  const [answer, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (answer === '') throw new Error(`the process said nothing but: ${errors}`)
  return JSON.parse(answer) as Record<string, unknown>
}
