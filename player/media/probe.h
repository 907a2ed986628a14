/* probe.h: what a media file is, found out once, before the model is frozen.
 *
 * Opens the file, reads its headers and, where the container does not say how many frames there are
 * or at which rate, its packets, within strict limits; nothing is decoded except the first picture.
 * Runs on the loader thread, which keeps the results (probe_cache.h), and in command line tools.
 *
 * FFmpeg's log is silenced; its errors come back as one clause for people. */
#ifndef LEDSIGN_MEDIA_PROBE_H
#define LEDSIGN_MEDIA_PROBE_H

#include <stdbool.h>
#include <stddef.h>

struct media_facts;

#define PROBE_SECONDS_MAX 2 /* for one file; then it is unplayable */

/* What is expected of the file: decides between e.g. a sound's cover and a video. */
enum probe_as { PROBE_VIDEO, PROBE_AUDIO, PROBE_IMAGE };

/* false with a clause in `problem` ("not a media file", "no video stream", "larger than
 * 8192x8192"). */
bool probe_file(const char *path, enum probe_as as, struct media_facts *facts, char *problem,
                size_t problem_size);

#endif
