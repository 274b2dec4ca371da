import { defineConfig } from 'vitest/config'

/** What the daily loop leaves out, so that it stays under half a minute: attacks, processes, pinned internals. */
const THOROUGH = [
  'test/bench/{bench-command,worlds}.test.ts',
  'test/bots/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/client-sdk/{node-failures,behind-proxies,dead-links}.test.ts',
  'test/contract/**/*.test.ts',
  'test/fuzz/kept-batches.test.ts',
  'test/regression/**/*.test.ts',
  'test/rooms/arena/{forgery,room,royale}.test.ts',
  'test/rooms/chat/{clock-jump,moderation,restart,room}.test.ts',
  'test/rooms/devices/{python-device,room}.test.ts',
  'test/rooms/turns/{room,hidden,coming-back}.test.ts',
  'test/server/*.test.ts',
  'test/server/{clock,gateway,guard,http,listening,overload,proxy,shutdown,storage,sync,tls,transport,watchdog}/**/*.test.ts',
  'test/server/room/{seats,shutdown,throwing-hooks,twenty-neighbours}.test.ts',
]

/** Tests that start browsers or other servers, install packages or clone the repository. */
const SLOW = [
  'test/fuzz/{fuzz,arena-under-attack}.test.ts',
  'test/floods/**/*.test.ts',
  'test/e2e/**/*.test.ts',
  'test/packaging/**/*.test.ts',
  'test/setup/**/*.test.ts',
  'test/deploy/**/*.test.ts',
  'test/network/**/*.test.ts',
]

/** The longest proofs: `npm run test:long`. Their shorter forms are among the others. */
const LONG = ['test/long/**/*.test.ts']

const shared = {
  // One process a file: Colyseus keeps one matchmaker per process, and a stuck server must not take others along.
  pool: 'forks',
  isolate: true,
  testTimeout: 30_000,
  hookTimeout: 60_000,
} as const

const long = {
  test: { ...shared, name: 'long', include: LONG, testTimeout: 300_000, sequence: { groupOrder: 2 } },
}

/** `vitest run` runs everything but the longest; `--project quick` is the daily loop, `--project slow` the rest. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: [...SLOW, ...THOROUGH, ...LONG],
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...shared, name: 'thorough', include: THOROUGH, sequence: { groupOrder: 0 } } },
      {
        test: { ...shared, name: 'slow', include: SLOW, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      ...(process.env['FAIRGROUND_LONG'] ? [long] : []),
    ],
  },
})
