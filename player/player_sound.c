#include "player_sound.h"

#include "base/log.h"
#include "media/audio.h"
#include "media/audio_device.h"
#include "media/sound_write.h"
#include "player.h"

#define BLOCK 480

bool player_sound_init(struct player_sound *sound, const struct player_options *options,
                       struct clock *clock) {
    const char *why = NULL;
    bool is_live = !options->is_virtual && options->speed == 1.0;
    sound->record_path = options->sound_path;
    sound->recorded = INT64_MIN;
    if (options->silent || (!is_live && sound->record_path == NULL)) {
        return true;
    }
    sound->audio = audio_create();
    if (is_live) {
        sound->device = audio_device_start(sound->audio, clock);
        return true;
    }
    sound->record = sound_write_open(sound->record_path, &why);
    if (sound->record == NULL) {
        log_error("%s: the sound cannot be recorded: %s", sound->record_path, why);
    }
    return sound->record != NULL;
}

void player_sound_finish(struct player_sound *sound) {
    audio_device_stop(&sound->device);
    if (!sound_write_close(&sound->record)) {
        log_error("%s: not all of the sound could be written; is the disk full?",
                  sound->record_path);
    }
    audio_destroy(&sound->audio);
}

bool player_sound_is_ready(struct player_sound *sound, flick_t until) {
    return sound->record == NULL || audio_is_ready(sound->audio, audio_index_at(until));
}

void player_sound_take(struct player_sound *sound, flick_t from, flick_t until) {
    float pairs[BLOCK * AUDIO_CHANNELS];
    if (sound->record == NULL) {
        return;
    }
    if (sound->recorded == INT64_MIN) {
        sound->recorded = audio_index_at(from);
    }
    int64_t end = audio_index_at(until);
    while (sound->recorded < end) {
        int64_t left = end - sound->recorded;
        size_t count = (size_t)(left < BLOCK ? left : BLOCK);
        audio_mix(sound->audio, sound->recorded, pairs, count);
        sound_write_pairs(sound->record, pairs, count);
        sound->recorded += (int64_t)count;
    }
}
