/* prepare.h: one media file becomes what the screen would rather play.
 *
 * A video: every picture goes through the player's own decoding and timing (video_decode.h), is
 * scaled once by the filter that playing uses, and is encoded at a constant rate with settings that
 * are cheap to decode: closed groups of one second that begin with an IDR picture, no CABAC, no
 * loop filter, tagged colours, 8 bit 4:2:0. The sound becomes AAC of 48 kHz, cut or filled to the
 * length of the pictures' round. A still becomes a PNG of exactly the pixels that are drawn. The
 * finished file is decoded again and compared with what went into the encoder.
 *
 * Blocking; one thread per request, plus those of the codecs. The caller owns names and folders
 * (prepare_store.h). */
#ifndef LEDSIGN_MEDIA_PREPARE_H
#define LEDSIGN_MEDIA_PREPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/prepared.h"

struct media;

/* Encoder settings for a kind of board. */
struct prepare_profile {
    const char *name;
    const char *summary;
    const char *board;   /* in the device tree's name of the board; NULL: everything else */
    const char *options; /* of libx264 and libx265 alike: "preset=medium:crf=20" */
    int b_frames;
    int references;
    int max_kbit_per_s;
};
extern const struct prepare_profile prepare_profiles[];
extern const int prepare_profile_count;

const struct prepare_profile *prepare_profile_find(const char *name); /* NULL: none */
const struct prepare_profile *prepare_profile_here(void);             /* of this machine */

enum prepare_codec { PREPARE_H264, PREPARE_H265 };

struct prepare_request {
    const struct media *media; /* the original; borrowed */
    struct prepared_wish wish;
    const struct prepare_profile *profile;
    enum prepare_codec codec;
    int threads;       /* of the decoder and of the encoder */
    const char *path;  /* to be written; removed again where it fails */
    int64_t bytes_max; /* more than this is never written */
    const bool *quit;  /* atomic */
    int64_t *done;     /* atomic: pictures made so far */
};

struct prepare_report {
    char problem[200]; /* one clause, when it failed */
    bool disk_is_full;
    bool has_quit;
    int64_t bytes;
    double psnr_db; /* luma and chroma, mean of the samples; 0: not measured */
    double psnr_min_db;
    double ssim;
};

#define PREPARE_PSNR_WARN_DB 32.0 /* below this a loss can be seen from where people stand */

/* Everything that decides the result, for the file's name. The caller frees it. */
char *prepare_parameters(const struct prepare_request *request);
const char *prepare_ending(const struct prepare_request *request); /* "mp4", "png" */
const char *prepare_codec_name(const struct prepare_request *request);

/* Whether the source would not gain by it: same size, rate and codec, seekable every few seconds
 * from clean entry points. *why is a borrowed phrase. */
bool prepare_is_right(const struct prepare_request *request, const char **why);

bool prepare_make(const struct prepare_request *request, struct prepare_report *report);

/* Whether a finished file at this path is what the request would make: for one that a power cut
 * kept from being listed. */
bool prepare_is_made(const struct prepare_request *request, const char *path);

#endif
