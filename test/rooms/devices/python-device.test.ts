import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { DarkLine } from '../../dark-line.ts'
import { missing, pathOf } from '../../needs.ts'
import { ClientAuthority } from '../../server/tls/client-chain.ts'
import { scratchFolder } from '../../server/tls/scratch-folder.ts'
import { type FleetServer, type Operator, operate, startFleet, tokenOf } from './fleet-house.ts'

const SCRIPT = join(import.meta.dirname, '../../../rooms/devices/device.py')

/** Programs start slowly, and come back after pauses. */
const eventually = (assertion: () => void): Promise<void> =>
  vi.waitFor(assertion, { timeout: 25_000, interval: 20 })

let server: FleetServer
afterEach(() => server?.close())

interface Started {
  readonly child: ChildProcess
  readonly lines: string[]
}

/** The device as it is shipped, in a process of its own. */
function start(where: number | string, id: string, ...options: string[]): Started {
  return startWith({ DEVICE_TOKEN: tokenOf(id) }, where, id, ...options)
}

function startWith(
  env: Record<string, string>,
  where: number | string,
  id: string,
  ...options: string[]
): Started {
  const address = typeof where === 'string' ? where : `wss://localhost:${where}`
  const ca = server.server.address!.caPath!
  const child = spawn(pathOf('python3')!, [SCRIPT, address, id, '--ca', ca, ...options], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => lines.push(...data.toString().trimEnd().split('\n')))
  return { child, lines }
}

const seen = (operator: Operator, id: string) => operator.state.devices.get(id)

describe.skipIf(missing('python3', 'pythonWebsockets', 'openssl'))('a device in Python', () => {
  it('[DV11] reports, takes up its desired state and carries out commands, by a token', async () => {
    server = await startFleet()
    const operator = await operate(server)
    const { lines, child } = start(server.server.address!.port, 'greenhouse-7', '--group', 'north')
    await eventually(() => expect(seen(operator, 'greenhouse-7')?.readings.get('celsius')).toBeGreaterThan(0))
    expect(seen(operator, 'greenhouse-7')).toMatchObject({ group: 'north', online: true })
    await operator.request('want', { devices: ['greenhouse-7'], changes: { lamp: true, intervalSeconds: 2 } })
    await eventually(() => {
      expect(seen(operator, 'greenhouse-7')).toMatchObject({ inSync: true, version: 1, reportedVersion: 1 })
    })
    const ended: unknown[] = []
    operator.on('ended', (how) => ended.push(how))
    await operator.request('command', { device: 'greenhouse-7', name: 'blink', argument: 'twice' })
    await operator.request('command', { device: 'greenhouse-7', name: 'fly' })
    await eventually(() => {
      expect(ended).toContainEqual(expect.objectContaining({ state: 'done', result: 'blinked twice' }))
      expect(ended).toContainEqual(expect.objectContaining({ state: 'failed', result: 'cannot fly' }))
    })
    child.kill('SIGKILL')
    await eventually(() => expect(seen(operator, 'greenhouse-7')?.online).toBe(false))
    await operator.request('want', { devices: ['greenhouse-7'], changes: { lamp: false } })
    start(server.server.address!.port, 'greenhouse-7')
    await eventually(() => {
      expect(seen(operator, 'greenhouse-7')).toMatchObject({ online: true, inSync: true, reportedVersion: 2 })
    })
    expect(lines.join('\n')).not.toContain(tokenOf('greenhouse-7'))
  })

  it('[DV11] proves itself by a certificate on the port that asks for one, and by no other device’s', async () => {
    const folder = scratchFolder()
    const authority = new ClientAuthority(folder, 'works')
    const files = (id: string) => {
      const { cert, key } = authority.issue(id)
      const [certFile, keyFile] = [join(folder, `${id}-cert.pem`), join(folder, `${id}-key.pem`)]
      writeFileSync(certFile, cert)
      writeFileSync(keyFile, key)
      return ['--cert', certFile, '--key', keyFile]
    }
    server = await startFleet({ clientCertificates: { port: 0, ca: authority.ca } })
    const operator = await operate(server)
    const port = server.server.address!.clientCertificatePort!
    startWith({}, port, 'robot-7', ...files('robot-7'))
    await eventually(() => expect(seen(operator, 'robot-7')?.online).toBe(true))
    const liar = start(port, 'robot-7', ...files('robot-8'))
    await eventually(() => expect(liar.lines.join()).toContain('refused: AUTH_FAILED'))
    expect(seen(operator, 'robot-7')?.online).toBe(true)
    const nobody = startWith({}, port, 'robot-9')
    await eventually(() => expect(nobody.lines.join()).toContain('no connection'))
    expect([...operator.state.devices.keys()]).toEqual(['robot-7'])
  })

  it('[DV3] [DV11] is offline within 10 s of its line going dead, and back by itself with what it missed', async () => {
    server = await startFleet()
    const operator = await operate(server)
    await using line = await DarkLine.open(server.server.address!.port)
    start(line.url, 'far-away')
    await eventually(() => expect(seen(operator, 'far-away')?.online).toBe(true))
    line.goDark('toClient', 'toServer')
    const darkMs = performance.now()
    await eventually(() => expect(seen(operator, 'far-away')?.online).toBe(false))
    // Two pings of 3 s each without an answer, and the wait for the first; the rest is for a busy machine.
    expect(performance.now() - darkMs).toBeLessThan(15_000)
    await operator.request('want', { devices: ['far-away'], changes: { lamp: true } })
    line.comeBack()
    await eventually(() =>
      expect(seen(operator, 'far-away')).toMatchObject({ online: true, inSync: true, reportedVersion: 1 }),
    )
  })
})
