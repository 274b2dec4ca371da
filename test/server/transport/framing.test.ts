import { expect, it, vi } from 'vitest'
import * as ws from 'ws'
import { framed, memoryFor, OPCODES } from '../../../server/transport/framing.ts'
import { framedOnce } from '../../../server/transport/turn.ts'

const { Sender } = ws as unknown as {
  Sender: { frame(data: Buffer, options: object): Buffer[] }
}

it.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])(
  'a frame of %i bytes is what ws would send',
  (bytes) => {
    const payload = Buffer.alloc(bytes, 7)
    for (const opcode of Object.values(OPCODES)) {
      const options = { fin: true, opcode, mask: false, readOnly: true, rsv1: false }
      const frame = Buffer.concat(Sender.frame(payload, options))
      expect(framed(payload, opcode).equals(frame)).toBe(true)
      expect(framed(memoryFor(bytes).fill(7), opcode).equals(frame), 'in memory made for it').toBe(true)
    }
  },
)

it('memory made for a payload is its frame once, and only the last one made', () => {
  const [earlier, last] = [memoryFor(3).fill(1), memoryFor(3).fill(2)]
  const frame = framed(last, OPCODES.binary)
  expect(frame.buffer).toBe(last.buffer)
  expect(framed(last, OPCODES.text).subarray(2).equals(last)).toBe(true)
  expect(frame[0]).toBe(0x82)
  expect(framed(earlier, OPCODES.binary).subarray(2).equals(earlier)).toBe(true)
})

it('[BP2] what many are sent in one turn is framed once, and anew in the next, where it may hold something else', async () => {
  const payload = Buffer.from('one')
  const first = framedOnce(payload, OPCODES.binary)
  expect(framedOnce(payload, OPCODES.binary)).toBe(first)
  expect(framedOnce(payload, OPCODES.text)).not.toBe(first)
  expect(framedOnce(Buffer.from('two'), OPCODES.binary).subarray(2).toString()).toBe('two')
  await vi.waitFor(() => {})
  payload.write('six')
  expect(framedOnce(payload, OPCODES.binary).subarray(2).toString()).toBe('six')
})
