import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT, text } from './tables.ts'

it('every link within the documents leads somewhere', () => {
  const documents = [
    'README.md',
    ...globSync(['docs/**/*.md', 'rooms/*/README.md', 'deploy/**/README.md'], { cwd: ROOT }),
  ]
  const broken = documents.flatMap((path) =>
    [...text(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, target]) => join(dirname(path), target!))
      .filter((target) => !existsSync(join(ROOT, target)))
      .map((target) => `${path}: ${target}`),
  )
  expect(broken).toEqual([])
})
