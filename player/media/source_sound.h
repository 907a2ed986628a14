/* source_sound.h: the sound of a video or song, decoded ahead by a worker of its own.
 *
 * Sound and picture of one file are two tracks that know nothing of each other: each opens the
 * file, follows the clock and loops by itself (docs/adr/0004-two-tracks.md). The worker decodes
 * what it finds at a position of the file into the samples at which that position is heard, cuts
 * each run of the file at its exact length or fills it up with silence, and stays up to a second
 * ahead. A track that breaks is named once in the log and is silent from there on. */
#ifndef LEDSIGN_MEDIA_SOURCE_SOUND_H
#define LEDSIGN_MEDIA_SOURCE_SOUND_H

#include "media/source_kind.h"

/* A row like the others (source_kind.h): gives no layers; ready when there is something to hear at
 * the beginning; failed only when the item is nothing but sound. Without a mixer (services' `audio`
 * is NULL) it is ready at once and silent. */
extern const struct source_kind source_sound;

#endif
