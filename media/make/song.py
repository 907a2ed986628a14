"""The campaign's song, synthesised: song(path) writes a 48 kHz stereo WAV file.

120 beats a minute, so that a beat is exactly 15 pictures of a 30 fps video. 36 bars of 4 beats:
intro 4, verse 8, chorus 8, interlude 4, chorus 8, outro 4 = 72 s. The melody is pentatonic (C D E G A).
"""
import wave

import numpy as np

RATE = 48000
BEAT = RATE // 2
BAR = 4 * BEAT
VERSE_AT, CHORUS_AT, BREAK_AT, AGAIN_AT, OUTRO_AT, BARS = 4, 12, 20, 24, 32, 36

# (midi note or None, eighths)
VERSE = [
    [(76, 2), (79, 1), (81, 1), (79, 2), (76, 2)], [(74, 1), (76, 1), (79, 2), (76, 1), (74, 1), (72, 2)],
    [(69, 2), (72, 1), (74, 1), (76, 2), (74, 2)], [(74, 3), (76, 1), (79, 4)],
    [(81, 2), (79, 1), (76, 1), (79, 2), (81, 2)], [(84, 2), (81, 1), (79, 1), (76, 2), (74, 2)],
    [(74, 1), (76, 1), (79, 1), (76, 1), (74, 2), (72, 1), (74, 1)], [(74, 6), (None, 2)]]
CHORUS = [
    [(81, 1), (81, 1), (84, 2), (81, 1), (79, 1), (81, 2)], [(79, 1), (79, 1), (81, 1), (79, 1), (76, 2), (74, 2)],
    [(76, 1), (79, 1), (81, 1), (79, 1), (76, 2), (74, 1), (76, 1)], [(72, 2), (76, 2), (81, 4)],
    [(81, 1), (81, 1), (84, 2), (86, 1), (84, 1), (81, 2)], [(79, 1), (81, 1), (84, 1), (86, 1), (88, 2), (86, 2)],
    [(84, 2), (81, 1), (79, 1), (76, 1), (79, 1), (74, 2)], [(72, 4), (None, 4)]]
CHORDS = {"C": (48, 64, 67, 72), "Am": (45, 64, 69, 72), "F": (41, 65, 69, 72), "G": (43, 62, 67, 71),
          "Dm": (50, 65, 69, 74), "Em": (40, 64, 67, 71)}
VERSE_CHORDS = "C Am F G C Am Dm G".split()
CHORUS_CHORDS = "F G Em Am F G C C".split()


def frequency(midi):
    return 440.0 * 2 ** ((midi - 69) / 12)


def seconds(length):
    return np.arange(length) / RATE


def pluck(midi, length):
    """A zither's string: harmonics that decay the faster the higher they are."""
    t = seconds(length + RATE // 2)
    f = frequency(midi) * (1 + 0.012 * np.exp(-t * 40))
    phase = 2 * np.pi * np.cumsum(f) / RATE
    tone = sum(np.sin(k * phase) / k ** 1.1 * np.exp(-t * (2.2 + 1.5 * k)) for k in range(1, 9))
    return tone * np.minimum(1, t * 800) * np.minimum(1, (t[-1] - t) * 20)


def flute(midi, length):
    t = seconds(length)
    vibrato = 0.004 * np.sin(2 * np.pi * 5.3 * t) * np.clip((t - 0.15) * 5, 0, 1)
    glide = 1 - 0.03 * np.exp(-t * 30)
    phase = 2 * np.pi * np.cumsum(frequency(midi) * glide * (1 + vibrato)) / RATE
    tone = np.sin(phase) + 0.35 * np.sin(2 * phase) + 0.12 * np.sin(3 * phase) + 0.04 * np.sin(5 * phase)
    return tone * np.minimum(1, t / 0.03) * np.minimum(1, (t[-1] - t) / 0.05)


def pad(midi, length):
    t = seconds(length)
    tone = sum(np.sin(2 * np.pi * frequency(midi) * d * t * k) / k ** 1.7 for k in (1, 2, 3, 4) for d in (0.997, 1.003))
    return tone * np.minimum(1, t / 0.15) * np.minimum(1, (t[-1] - t) / 0.15)


def bass(midi, length):
    t = seconds(length)
    phase = 2 * np.pi * frequency(midi) * t
    tone = np.sin(phase) + 0.4 * np.sin(2 * phase) + 0.15 * np.sin(3 * phase)
    return tone * np.exp(-t * 2.5) * np.minimum(1, t / 0.006) * np.minimum(1, (t[-1] - t) / 0.02)


def kick():
    t = seconds(RATE // 3)
    return np.sin(2 * np.pi * (48 * t + 4.5 * (1 - np.exp(-t * 32)))) * np.exp(-t * 11)


def snare(noise):
    t = seconds(RATE // 4)
    hiss = np.diff(noise[: len(t) + 1])
    return 0.7 * hiss * np.exp(-t * 20) + 0.6 * np.sin(2 * np.pi * 190 * t) * np.exp(-t * 28)


def hat(noise, decay):
    t = seconds(RATE // 8)
    return np.diff(np.diff(noise[: len(t) + 2])) * np.exp(-t * decay) * 0.5


def woodblock(f):
    t = seconds(RATE // 10)
    return (np.sin(2 * np.pi * f * t) + 0.5 * np.sin(2 * np.pi * f * 2.7 * t)) * np.exp(-t * 60)


class Mix:
    def __init__(self, length):
        self.dry = np.zeros((length, 2))
        self.wet = np.zeros((length, 2))

    def add(self, at, sound, level, pan=0.0, send=0.0):
        end = min(at + len(sound), len(self.dry))
        sides = np.array([np.cos((pan + 1) * np.pi / 4), np.sin((pan + 1) * np.pi / 4)]) * level
        part = sound[: end - at, None] * sides
        self.dry[at:end] += part
        self.wet[at:end] += part * send

    def reverb(self, random):
        length = int(1.3 * RATE)
        t = seconds(length)
        size = 1 << (len(self.dry) + length - 1).bit_length()
        out = np.zeros_like(self.dry)
        for side in (0, 1):
            room = random.standard_normal(length) * np.exp(-t * 4.6)
            room = np.convolve(room, np.ones(6) / 6, "same")
            room /= np.sqrt(np.sum(room ** 2))
            tail = np.fft.irfft(np.fft.rfft(self.wet[:, side], size) * np.fft.rfft(room, size), size)
            out[:, side] = tail[: len(out)]
        return self.dry + out


def melody(mix, bar, phrases, voices):
    for number, phrase in enumerate(phrases):
        at = (bar + number) * BAR
        for midi, eighths in phrase:
            length = eighths * BEAT // 2
            if midi is not None:
                for voice, level, pan, shift in voices:
                    mix.add(at, voice(midi + shift, length), level, pan, 0.35)
            at += length


def harmony(mix, bar, names, level):
    for number, name in enumerate(names):
        root, *notes = CHORDS[name]
        at = (bar + number) * BAR
        for i, midi in enumerate(notes):
            mix.add(at, pad(midi, BAR), 0.035 * level, (i - 1) * 0.5, 0.4)
            for step in range(8):                       # a broken chord, as a zither plays it
                if step % 3 == i:
                    mix.add(at + step * BEAT // 2, pluck(midi, BEAT // 2), 0.09 * level, 0.4 - 0.4 * i, 0.3)


def low(mix, bar, names):
    for number, name in enumerate(names):
        root = CHORDS[name][0]
        for at, shift, eighths in ((0, 0, 3), (3, 0, 1), (4, 7, 2), (6, 12, 1), (7, 0, 1)):
            mix.add((bar + number) * BAR + at * BEAT // 2, bass(root + shift - 12 * (root + shift > 52), eighths * BEAT // 2), 0.30)


def drums(mix, bars, random, full):
    noise = random.standard_normal(RATE)
    for bar in bars:
        for eighth in range(8):
            at = bar * BAR + eighth * BEAT // 2
            mix.add(at, hat(noise, 60 if eighth % 2 == 0 else 30), 0.05 if eighth % 2 == 0 else 0.07, 0.35, 0.05)
            if eighth % 2 == 0:
                mix.add(at, kick(), 0.55 if eighth in (0, 4) or full else 0.0)
            if eighth in (2, 6) and full:
                mix.add(at, snare(noise), 0.28, -0.05, 0.15)
            if eighth in (3, 6, 7):
                mix.add(at, woodblock(900 if eighth == 3 else 1200), 0.10, -0.5, 0.25)
        if bar % 4 == 3 and full:                       # a small roll before each new line
            for i in range(4):
                mix.add(bar * BAR + 3 * BEAT + i * BEAT // 4, snare(noise), 0.10 + 0.05 * i, 0.1, 0.15)


def song(path):
    random = np.random.default_rng(2022)
    mix = Mix(BARS * BAR)
    harmony(mix, 0, VERSE_CHORDS[:4], 1.2)
    drums(mix, range(2, 4), random, False)
    melody(mix, VERSE_AT, VERSE, [(pluck, 0.34, -0.1, 0), (flute, 0.06, 0.2, 0)])
    harmony(mix, VERSE_AT, VERSE_CHORDS, 1.0)
    low(mix, VERSE_AT, VERSE_CHORDS)
    drums(mix, range(VERSE_AT, CHORUS_AT), random, True)
    for at in (CHORUS_AT, AGAIN_AT):
        melody(mix, at, CHORUS, [(flute, 0.20, 0.0, 0), (pluck, 0.24, -0.25, 0), (pluck, 0.10, 0.3, -12)])
        harmony(mix, at, CHORUS_CHORDS, 1.1)
        low(mix, at, CHORUS_CHORDS)
        drums(mix, range(at, at + 8), random, True)
    melody(mix, BREAK_AT, VERSE[4:8], [(pluck, 0.34, 0.1, 0)])
    harmony(mix, BREAK_AT, VERSE_CHORDS[4:], 1.0)
    drums(mix, range(BREAK_AT + 2, AGAIN_AT), random, False)
    melody(mix, OUTRO_AT, CHORUS[4:6] + CHORUS[6:8], [(pluck, 0.32, 0.0, 0), (flute, 0.10, 0.2, -12)])
    harmony(mix, OUTRO_AT, CHORUS_CHORDS[4:], 1.2)
    low(mix, OUTRO_AT, CHORUS_CHORDS[4:7])

    sound = mix.reverb(random)
    fade = int(1.5 * RATE)
    sound[-fade:] *= np.linspace(1, 0, fade)[:, None] ** 2
    sound *= 0.9 / np.percentile(np.abs(sound), 99.9)
    sound = 0.8 * np.tanh(sound * 0.9) / np.tanh(0.9)   # rounds off the peaks
    sound *= 0.55 / np.max(np.abs(sound))
    with wave.open(path, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((sound * 32767).astype("<i2").tobytes())
