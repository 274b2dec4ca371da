/** Short synthetic sounds: nothing to load, nothing to license. Silent until the player has touched the page. */

interface Note {
  /** Hertz at the start and at the end. */
  from: number
  to: number
  seconds: number
  gain: number
  shape: OscillatorType
}

const NOTES = {
  shot: [{ from: 620, to: 180, seconds: 0.09, gain: 0.05, shape: 'square' }],
  hit: [{ from: 980, to: 760, seconds: 0.06, gain: 0.09, shape: 'triangle' }],
  hurt: [{ from: 210, to: 90, seconds: 0.16, gain: 0.16, shape: 'sawtooth' }],
  kill: [
    { from: 520, to: 540, seconds: 0.1, gain: 0.1, shape: 'triangle' },
    { from: 780, to: 800, seconds: 0.22, gain: 0.1, shape: 'triangle' },
  ],
  death: [{ from: 330, to: 50, seconds: 0.5, gain: 0.16, shape: 'sawtooth' }],
  pickup: [
    { from: 660, to: 700, seconds: 0.07, gain: 0.08, shape: 'sine' },
    { from: 990, to: 1040, seconds: 0.12, gain: 0.08, shape: 'sine' },
  ],
  spawn: [{ from: 240, to: 720, seconds: 0.25, gain: 0.07, shape: 'sine' }],
  round: [
    { from: 440, to: 440, seconds: 0.14, gain: 0.1, shape: 'triangle' },
    { from: 554, to: 554, seconds: 0.14, gain: 0.1, shape: 'triangle' },
    { from: 659, to: 659, seconds: 0.35, gain: 0.1, shape: 'triangle' },
  ],
} as const satisfies Record<string, readonly Note[]>

export type SoundName = keyof typeof NOTES

const MUTED_KEY = 'arena.muted'

export class Sounds {
  #audio: AudioContext | undefined
  #muted = localStorage.getItem(MUTED_KEY) === 'yes'

  constructor() {
    // Browsers let a page sound only after the player did something on it.
    const wake = (): void => {
      this.#audio ??= new AudioContext()
      void this.#audio.resume()
    }
    addEventListener('pointerdown', wake, { once: true })
    addEventListener('keydown', wake, { once: true })
  }

  get muted(): boolean {
    return this.#muted
  }

  toggle(): void {
    this.#muted = !this.#muted
    localStorage.setItem(MUTED_KEY, this.#muted ? 'yes' : 'no')
  }

  /** @param volume 0 to 1; what happens far away is quieter */
  play(name: SoundName, volume = 1): void {
    const audio = this.#audio
    if (this.#muted || !audio || audio.state !== 'running' || volume < 0.05) return
    let start = audio.currentTime
    for (const { from, to, seconds, gain, shape } of NOTES[name]) {
      const tone = new OscillatorNode(audio, { type: shape, frequency: from })
      const level = new GainNode(audio, { gain: gain * volume })
      tone.frequency.exponentialRampToValueAtTime(to, start + seconds)
      level.gain.setValueAtTime(gain * volume, start)
      level.gain.exponentialRampToValueAtTime(0.0001, start + seconds)
      tone.connect(level).connect(audio.destination)
      tone.start(start)
      tone.stop(start + seconds)
      start += seconds * 0.7
    }
  }
}
