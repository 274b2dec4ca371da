import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** One code block of a document: what stands behind its fence, and its text. */
export interface CodeBlock {
  readonly language: string
  /** What ```` ```ts file=client.ts ```` names. */
  readonly file: string | undefined
  readonly text: string
  /** Where it stands, such as `docs/guides/netcode.md:12`. */
  readonly place: string
}

/** The code blocks of a document of this repository, in their order. */
export function codeBlocks(document: string): CodeBlock[] {
  const markdown = readFileSync(join(ROOT, document), 'utf8')
  return [...markdown.matchAll(/^```(\S*)([^\n]*)\n(.*?)^```$/gms)].map(
    ({ 1: language = '', 2: info = '', 3: text = '', index }) => ({
      language,
      file: /\bfile=(\S+)/.exec(info)?.[1],
      text,
      place: `${document}:${markdown.slice(0, index).split('\n').length}`,
    }),
  )
}

/** The files that documents show; blocks of the same name continue one another, within and across documents. */
export function filesIn(...documents: readonly string[]): Record<string, string> {
  const files: Record<string, string> = {}
  for (const { file, text } of documents.flatMap(codeBlocks)) {
    if (file !== undefined && basename(file) === file) files[file] = (files[file] ?? '') + text
  }
  return files
}
