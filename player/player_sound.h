/* player_sound.h: how the player is heard: on the sound card, in a recording, or not at all.
 *
 * Sound belongs to real time at speed 1 (the card) or to a virtual clock (a recording, for tools
 * and tests); at any other speed, and with --silent, there is none and sources do not decode any.
 * Main thread; the thread of the card is audio_device's. */
#ifndef LEDSIGN_PLAYER_SOUND_H
#define LEDSIGN_PLAYER_SOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/flick.h"

struct audio;
struct audio_device;
struct clock;
struct player_options;
struct sound_write;

struct player_sound {
    struct audio *audio; /* NULL: none */
    struct audio_device *device;
    struct sound_write *record;
    const char *record_path;
    int64_t recorded; /* samples before this one are in the recording */
};

/* False when a recording was asked for and its file cannot be made. */
bool player_sound_init(struct player_sound *sound, const struct player_options *options,
                       struct clock *clock);
/* All streams must be closed. */
void player_sound_finish(struct player_sound *sound);

/* Recording: whether all samples of [.., until) are there, and taking them. Otherwise true, and
 * nothing. */
bool player_sound_is_ready(struct player_sound *sound, flick_t until);
void player_sound_take(struct player_sound *sound, flick_t from, flick_t until);

#endif
