/* media_file.h: a media file opened with FFmpeg within limits; shared by probing and playing.
 *
 * Local files only, no playlists that name other files, every wait bounded by a deadline. One
 * thread at a time. */
#ifndef LEDSIGN_MEDIA_MEDIA_FILE_H
#define LEDSIGN_MEDIA_MEDIA_FILE_H

#include <libavformat/avformat.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEDIA_SIDE_MAX 8192

struct media_file {
    AVFormatContext *format;
    int video; /* stream numbers, -1: none */
    int audio;
    int64_t deadline_us; /* monotonic; later reads fail; the owner moves it on */
    const bool *quit;    /* atomic; may be NULL */
};

/* false with a clause in `problem`. The struct must stay where it is while it is open. */
bool media_file_open(struct media_file *file, const char *path, int64_t limit_us, const bool *quit,
                     char *problem, size_t problem_size);
void media_file_close(struct media_file *file);

/* Packets of other streams than this one are not read. */
void media_file_keep_only(struct media_file *file, int stream);
/* A decoder for its sound, one thread; NULL when it cannot be decoded. The caller frees it. */
struct AVCodecContext *media_file_open_sound(const struct media_file *file);

#endif
