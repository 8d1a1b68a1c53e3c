import type { Shown } from '../api/visitor-messages.ts';

/** One tone: its pitch in hertz, when it begins and how long it lasts, in seconds. */
type Tone = readonly [pitch: number, begins: number, lasts: number];

/**
 * What each sound is made of. They differ in rhythm and direction, not in pitch alone: rising twice, twice the
 * same, falling and long, three times short.
 */
const tones: Readonly<Record<Shown['sound'], readonly Tone[]>> = {
  welcome: [
    [659, 0, 0.16],
    [988, 0.13, 0.4],
  ],
  ask: [
    [587, 0, 0.2],
    [587, 0.3, 0.2],
  ],
  stop: [
    [392, 0, 0.28],
    [262, 0.26, 0.6],
  ],
  again: [
    [784, 0, 0.09],
    [784, 0.16, 0.09],
    [784, 0.32, 0.09],
  ],
  none: [],
};

/**
 * Plays the verdicts' sounds. A browser lets a page sound only once someone has touched it, unless it was
 * started for a kiosk; `onSilent` tells which it is.
 */
export class Sounds {
  readonly #context = new AudioContext();

  constructor(onSilent: (silent: boolean) => void) {
    const tell = (): void => {
      onSilent(this.#context.state !== 'running');
    };
    this.#context.addEventListener('statechange', tell);
    tell();
    for (const event of ['pointerdown', 'keydown'] as const) {
      addEventListener(event, () => void this.#context.resume(), { passive: true });
    }
  }

  play(sound: Shown['sound']): void {
    // What could not sound now must not sound later, all at once.
    if (this.#context.state !== 'running') return;
    for (const [pitch, begins, lasts] of tones[sound]) this.#tone(pitch, begins, lasts);
  }

  #tone(pitch: number, begins: number, lasts: number): void {
    const start = this.#context.currentTime + begins;
    const oscillator = new OscillatorNode(this.#context, { type: 'triangle', frequency: pitch });
    const loudness = new GainNode(this.#context, { gain: 0 });
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.6, start + 0.012);
    loudness.gain.setTargetAtTime(0, start + lasts * 0.55, lasts * 0.16);
    oscillator.connect(loudness).connect(this.#context.destination);
    oscillator.addEventListener('ended', () => {
      loudness.disconnect();
    });
    oscillator.start(start);
    oscillator.stop(start + lasts + 0.15);
  }
}
