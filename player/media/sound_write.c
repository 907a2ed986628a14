#include "media/sound_write.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "media/audio.h"

#define HEADER_BYTES 44
#define PAIR_BYTES   4
#define PAIRS_MAX    ((UINT32_MAX - HEADER_BYTES) / PAIR_BYTES) /* RIFF sizes have 32 bits */

struct sound_write {
    FILE *file;
    uint32_t pairs;
};

static void put(uint8_t *at, uint32_t value, int bytes) {
    for (int i = 0; i < bytes; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

static void write_header(struct sound_write *sound) {
    uint8_t header[HEADER_BYTES] = "RIFF....WAVEfmt ....................data....";
    uint32_t bytes = sound->pairs * PAIR_BYTES;
    put(header + 4, bytes + HEADER_BYTES - 8, 4);
    put(header + 16, 16, 4); /* bytes of the format chunk */
    put(header + 20, 1, 2);  /* PCM */
    put(header + 22, AUDIO_CHANNELS, 2);
    put(header + 24, AUDIO_RATE, 4);
    put(header + 28, AUDIO_RATE * PAIR_BYTES, 4);
    put(header + 32, PAIR_BYTES, 2);
    put(header + 34, 16, 2); /* bits */
    put(header + 40, bytes, 4);
    fwrite(header, 1, sizeof header, sound->file);
}

struct sound_write *sound_write_open(const char *path, const char **why) {
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        *why = strerror(errno);
        return NULL;
    }
    struct sound_write *sound = mem_zero(1, sizeof *sound);
    sound->file = file;
    write_header(sound);
    return sound;
}

void sound_write_pairs(struct sound_write *sound, const float *pairs, size_t count) {
    if (count > PAIRS_MAX - sound->pairs) {
        count = PAIRS_MAX - sound->pairs;
    }
    for (size_t i = 0; i < count * AUDIO_CHANNELS; i++) {
        float clipped = pairs[i] > 1 ? 1 : pairs[i] < -1 ? -1 : pairs[i];
        uint8_t bytes[2];
        put(bytes, (uint32_t)(int32_t)lrintf(clipped * 32767), 2);
        fwrite(bytes, 1, sizeof bytes, sound->file);
    }
    sound->pairs += (uint32_t)count;
}

bool sound_write_close(struct sound_write **sound) {
    struct sound_write *s = *sound;
    *sound = NULL;
    if (s == NULL) {
        return true;
    }
    bool good = fseek(s->file, 0, SEEK_SET) == 0;
    if (good) {
        write_header(s);
    }
    good = !ferror(s->file) && good;
    good = fclose(s->file) == 0 && good;
    free(s);
    return good;
}
