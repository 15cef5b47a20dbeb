/** Sound and vibration: a verdict is known without looking at the screen. */

import type { Tone } from "./types";

const NOTES: Record<Tone, [hertz: number, seconds: number][]> = {
  ok: [[880, 0.09], [1320, 0.14]],
  warn: [[520, 0.16], [520, 0.16]],
  stop: [[180, 0.45]],
};
const SHAKES: Record<Tone, number[]> = { ok: [60], warn: [80, 60, 80], stop: [300, 80, 300] };

let audio: AudioContext | null = null;

/** Let sounds be made: browsers want a touch first. */
export function wakeSound(): void {
  if (typeof AudioContext === "undefined") return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") void audio.resume();
}

export function tell(tone: Tone): void {
  if ("vibrate" in navigator) navigator.vibrate(SHAKES[tone]);
  if (audio === null || audio.state !== "running") return;
  let at = audio.currentTime;
  for (const [hertz, seconds] of NOTES[tone]) {
    const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
    oscillator.type = tone === "stop" ? "square" : "sine";
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(0.25, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(at);
    oscillator.stop(at + seconds);
    at += seconds + 0.04;
  }
}
