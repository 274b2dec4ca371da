import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createDataFolder, userDataFolder } from '../../../server/tls/data-folder.ts'
import { scratchFolder } from './scratch-folder.ts'

const HOME = '/home/ann'

it('keeps the data where each platform expects it', () => {
  const on = (platform: NodeJS.Platform, homeFolder: string, env = {}) =>
    userDataFolder({ platform, homeFolder, env })
  expect(on('linux', HOME)).toBe('/home/ann/.local/share/fairground')
  expect(on('linux', HOME, { XDG_DATA_HOME: '/data' })).toBe('/data/fairground')
  expect(on('darwin', '/Users/ann')).toBe('/Users/ann/Library/Application Support/fairground')
  expect(on('win32', 'C:\\Users\\ann')).toBe('C:\\Users\\ann\\AppData\\Local\\fairground')
  expect(on('win32', 'C:\\Users\\ann', { LOCALAPPDATA: 'D:\\local' })).toBe('D:\\local\\fairground')
})

it('ignores a relative XDG_DATA_HOME, as the specification asks', () => {
  const env = { XDG_DATA_HOME: 'data' }
  expect(userDataFolder({ platform: 'linux', homeFolder: HOME, env })).toBe(
    '/home/ann/.local/share/fairground',
  )
})

it('lets FAIRGROUND_DATA override everything', () => {
  const env = { FAIRGROUND_DATA: '/elsewhere', XDG_DATA_HOME: '/data' }
  expect(userDataFolder({ platform: 'linux', homeFolder: HOME, env })).toBe('/elsewhere')
})

it('makes the folder for this user only, and leaves one that is there as it is', () => {
  const made = join(scratchFolder(), 'a', 'b')
  createDataFolder(made)
  expect(statSync(made).mode & 0o777).toBe(0o700)
  const found = join(scratchFolder(), 'found')
  mkdirSync(found, { mode: 0o755 })
  createDataFolder(found)
  expect(statSync(found).mode & 0o777).toBe(0o755)
})

it('says what to do when a file stands in its place', () => {
  const file = join(scratchFolder(), 'data')
  writeFileSync(file, '')
  for (const folder of [file, join(file, 'fairground')]) {
    expect(() => createDataFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'CERTS_FOLDER_UNUSABLE',
        message: expect.stringContaining(`${folder}, which`),
        next: expect.stringContaining('FAIRGROUND_DATA'),
      }),
    )
  }
})
