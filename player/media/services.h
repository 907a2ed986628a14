/* services.h: what sources share: the picture/text worker, the fonts, the mixer, the bell that
 * tells the main thread that something has become ready. One per player (or per command line
 * tool); created first and destroyed last, on the main thread. Destroying waits for every source
 * worker that is still ending (each is bounded by its own deadlines). */
#ifndef LEDSIGN_MEDIA_SERVICES_H
#define LEDSIGN_MEDIA_SERVICES_H

#include <stdbool.h>

struct audio;
struct fonts;
struct source_services;
struct wake;
struct worker;

struct source_services_options {
    struct wake *wake;               /* borrowed: notified whenever a source has something new */
    const char *const *font_folders; /* searched before the system's; borrowed during the call */
    int font_folder_count;
    struct audio *audio; /* borrowed, outlives the services; NULL: sources are silent */
    bool realtime;  /* false: a late frame is never dropped, decoding waits for its turn (virtual
                       clock) */
    bool wants_yuv; /* the canvas can draw FRAME_I420 of any size: a GPU scales */
    bool canvas_is_late; /* source_services_know_canvas says it: sources open and decode before */
};

struct source_services *source_services_create(const struct source_services_options *options);
void source_services_destroy(struct source_services **services);

/* For services with canvas_is_late, once the canvas is there; main thread. */
void source_services_know_canvas(struct source_services *services, bool wants_yuv);

#endif
