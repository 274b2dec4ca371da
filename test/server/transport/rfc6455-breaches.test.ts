import { expect, it } from 'vitest'
import { ask, open } from './length-room.ts'
import type { FrameParts } from './raw-websocket.ts'

// RFC 6455: what a client must not do, from a client made by hand over TLS. A player beside goes on being answered.

const data = (extra: FrameParts): FrameParts => ({ payload: Buffer.from('x'), ...extra })
const closing = (...payload: number[]): FrameParts[] => [{ opcode: 8, payload: Buffer.from(payload) }]
const BREACHES: [what: string, code: number, frames: FrameParts[]][] = [
  ['a frame without a mask', 1002, [data({ masked: false })]],
  ...[1, 2, 4, 7].map((rsv): [string, number, FrameParts[]] => [
    `reserved bits ${rsv}`,
    1002,
    [data({ rsv })],
  ]),
  ['a reserved bit on a ping', 1002, [{ opcode: 9, rsv: 4 }]],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, number, FrameParts[]] => [
    ...([`the reserved opcode ${opcode}`, 1002] as const),
    [data({ opcode })],
  ]),
  ['the rest of nothing', 1002, [data({ opcode: 0 })]],
  ['a new message within another', 1002, [data({ fin: false }), data({})]],
  ['a text within another message', 1002, [data({ fin: false }), data({ opcode: 1 })]],
  ['a rest after the end', 1002, [data({ fin: false }), data({ opcode: 0 }), data({ opcode: 0 })]],
  ['a ping in pieces', 1002, [{ opcode: 9, fin: false }]],
  ['a pong in pieces', 1002, [{ opcode: 10, fin: false }]],
  ['a close in pieces', 1002, [{ opcode: 8, fin: false }]],
  ['a ping of 126 bytes', 1002, [{ opcode: 9, payload: Buffer.alloc(126) }]],
  ['a close of 126 bytes', 1002, [{ opcode: 8, payload: Buffer.alloc(126, 3) }]],
  ['half a close code', 1002, closing(3)],
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map(
    (code): [string, number, FrameParts[]] => [
      ...([`the close code ${code}`, 1002] as const),
      closing(code >> 8, code & 255),
    ],
  ),
  ['a close reason that is no UTF-8', 1007, closing(0x03, 0xe8, 0xff, 0xfe)],
  ['text that is no UTF-8', 1007, [{ opcode: 1, payload: Buffer.from([0xce, 0xba, 0xe1, 0xbd]) }]],
  ['text that is too long a form', 1007, [{ opcode: 1, payload: Buffer.from([0xc0, 0xaf]) }]],
  ['text with half a pair', 1007, [{ opcode: 1, payload: Buffer.from([0xed, 0xa0, 0x80]) }]],
  ['text beyond Unicode', 1007, [{ opcode: 1, payload: Buffer.from([0xf4, 0x90, 0x80, 0x80]) }]],
  [
    ...(['text in pieces that is no UTF-8', 1007] as const),
    [
      { opcode: 1, fin: false, payload: Buffer.from([0xf0, 0x9f]) },
      { opcode: 0, payload: Buffer.from([0x8e]) },
    ],
  ],
  ['a byte over the largest frame', 1009, [{ claims: 100_001n }]],
  ['a length of 2^53', 1009, [{ claims: 2n ** 53n }]],
  ['a length with the highest bit', 1009, [{ claims: 2n ** 63n }]],
  [
    ...(['pieces that are too long together', 1009] as const),
    [
      { fin: false, payload: Buffer.alloc(60_000) },
      { opcode: 0, payload: Buffer.alloc(60_000) },
    ],
  ],
  [
    ...(['65 pieces', 1008] as const),
    [
      data({ fin: false }),
      ...Array<FrameParts>(64).fill({ opcode: 0, fin: false, payload: Buffer.from('x') }),
    ],
  ],
]
it.each(BREACHES)('[FW11] %s ends the connection alone, with %d', async (_what, code, frames) => {
  const socket = await open()
  socket.send(...frames)
  expect(await socket.closeCode()).toBe(code)
  await socket.ended
  expect(await ask()).toBe(10)
})
