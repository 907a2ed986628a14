/* model.h: one site, frozen: its configuration and what was found out about its media.
 *
 * Made by config.c (parse, resolve the cascade default -> screen -> zone -> playlist -> item once)
 * and media/probe.c (facts), then never changed: scheduling, checking and showing are functions of
 * it. It is shared by reference count between threads; everything in it lives in its arena, so a
 * pointer into the model is good as long as a reference is held. Reload makes a new model and
 * drops the old one; an item is recognised across models by its `key`. */
#ifndef LEDSIGN_MODEL_MODEL_H
#define LEDSIGN_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/color.h"
#include "base/file.h"
#include "base/flick.h"
#include "base/rect.h"

struct arena;
struct hours;     /* model/hours.h: a parsed `when` expression */
struct timezone_; /* model/timezone.h; the underscore keeps clear of <sys/time.h> */

/* Bounds on what a site file may ask for; config.c enforces them with a sentence. */
#define MODEL_ZONES_MAX 65    /* 64 of the site file and, on top of them, that of an emergency */
#define MODEL_ITEMS_MAX 20000 /* items written in all playlists together */
#define MODEL_PROGRAMME_MAX                                                                        \
    20000 /* leaf showings in one loop of a programme, after nesting and weights */
#define MODEL_ENTRIES_MAX  2000
#define MODEL_CANVAS_MAX   16384 /* pixels a side */
#define MODEL_DURATION_MAX (INT64_C(48) * 3600 * FLICKS_PER_SECOND)
#define MODEL_DURATION_MIN (FLICKS_PER_SECOND / 25)

/* Where something was written, for messages: file:line. */
struct where {
    const char *file;
    int line;
};

enum item_kind {
    ITEM_VIDEO,
    ITEM_AUDIO, /* with an optional still */
    ITEM_IMAGE,
    ITEM_TEXT,
    ITEM_CLOCK,
    ITEM_QR,
    ITEM_COLOR,
    ITEM_PLAYLIST, /* replaced by the items of another playlist */
};

enum transition {
    TRANSITION_CUT,
    TRANSITION_FADE,
    TRANSITION_SLIDE_LEFT, /* the direction in which everything moves */
    TRANSITION_SLIDE_RIGHT,
    TRANSITION_SLIDE_UP,
    TRANSITION_SLIDE_DOWN,
    TRANSITION_WIPE, /* from the left */
};

enum align { ALIGN_CENTER, ALIGN_LEFT, ALIGN_RIGHT };

/* What happens when an entry's time is over while an item is on screen. */
enum segment_end { END_CUT, END_FINISH };

/* What probing found in a media file. Stills have has_video, frame_count 1 and duration 0. */
struct media_facts {
    bool has_video; /* something to look at, stills and cover pictures included */
    bool has_audio;
    bool is_still; /* one picture: image file or a sound's cover */
    struct size
        size; /* as it looks upright in square pixels: after SAR and rotation; 0x0 without video */
    struct size coded;   /* as it is stored */
    int rotation;        /* degrees clockwise to turn the stored picture: 0, 90, 180, 270 */
    bool mirrored;       /* it is stored upside down: to be flipped before it is turned */
    struct ratio rate;   /* frames per second, 0/1 for stills and where it is unknown */
    int64_t frame_count; /* 0: unknown */
    flick_t duration;    /* one round: frame_count / rate for video, else the sound's length; 0 for
                            stills */
    flick_t missing;     /* at the end of a copy that was cut off; not in `duration` */
    bool variable_rate;
    bool interlaced;
    int bits;       /* per component */
    char codec[24]; /* FFmpeg's names */
    char audio_codec[24];
    int64_t bit_rate; /* bit/s of the whole file, 0 unknown */
    int audio_channels;
    int audio_rate;
};

enum media_state { MEDIA_OK, MEDIA_MISSING, MEDIA_UNPLAYABLE };

/* One media file, however many items name it. */
struct media {
    const char *name; /* as written in the site file */
    const char *path; /* resolved; never NULL, also when missing; of its prepared version if any */
    const char *source_path; /* what `path` was prepared from, else NULL */
    int expected;            /* enum config_media: what the items take it for */
    enum media_state state;
    const char *problem; /* one clause, when the state is not MEDIA_OK: "no such file", ... */
    struct file_identity identity; /* of the version that was probed */
    struct media_facts facts;
    struct where where; /* the first item that names it */
};

/* How a text, clock or QR item is drawn. */
struct text_style {
    const char *font; /* family and style, "Noto Sans Bold"; NULL: the default family */
    int size_px;      /* em height; 0: as large as fits the zone */
    struct color color;
    int outline_px;
    struct color outline_color;
    enum align align;
    int scroll_px_per_s; /* 0: stands still */
};

struct playlist;

struct item {
    enum item_kind kind;
    int index;    /* in model->items, unique in the model */
    uint64_t key; /* hash of everything that decides what it shows; equal across reloads */
    struct where where;
    const char *title; /* for people: `title`, else the file name or the start of the text */

    struct media *media; /* video, audio, image */
    struct media *still; /* audio: the picture to show, or NULL (then the cover in the file) */
    const char *text;    /* text, qr: content; clock: strftime format */
    const char
        *text_file;     /* text read from this resolved path instead, followed while it changes */
    struct color color; /* ITEM_COLOR */
    const struct playlist *playlist; /* ITEM_PLAYLIST */

    flick_t duration; /* resolved length of one showing, > 0 for a leaf that is valid; 0: invalid */
    enum fit fit;
    enum transition transition; /* how it comes on */
    flick_t transition_time;    /* 0 for a cut; at most half of `duration` */
    int volume;                 /* percent of the zone's volume, 0-100 */
    struct color background;    /* a = 0: shows what is below */
    struct text_style style;

    const struct hours *when; /* NULL: always */
    int weight;               /* showings per loop, >= 1 */
    int every;                /* shown in every n-th loop only, >= 1 */
    int max_per_hour;         /* 0: no limit */
    double share;             /* percent of the time of a full loop; 0: none asked */
    bool shuffle;             /* ITEM_PLAYLIST: in another order in every loop */
    bool valid;               /* can be shown: media is OK, nested list is not empty, ... */
};

struct playlist {
    const char *name;
    struct item **items;
    size_t item_count;
    struct where where;
};

struct zone {
    const char *name;
    int index; /* in model->zones, which is also the z-order: later ones are on top */
    struct rect area_on_canvas;
    struct color background;         /* a = 0: none */
    int volume;                      /* percent of the screen's */
    const struct playlist *fallback; /* NULL: the background */
    struct where where;
};

/* One line of the schedule. */
struct entry {
    int index;
    const struct zone *zone;
    const struct playlist *playlist;
    const struct hours *when; /* NULL: always */
    int priority;
    double share; /* percent among entries of equal priority; 0: none asked */
    int volume;   /* percent, replaces the zone's; -1: the zone's */
    enum segment_end end;
    struct where where;
};

struct screen {
    struct size size;
    struct ratio fps;                 /* canvas rate where there is no vsync */
    const char *timezone_name;        /* NULL: the system's */
    const struct timezone_ *timezone; /* never NULL; borrowed from the model */
    bool has_location;
    double latitude;  /* degrees north */
    double longitude; /* degrees east */
    struct color background;
    int volume;            /* percent */
    bool prepares_idle;    /* media are prepared while it plays */
    const char *emergency; /* resolved path of the text, or NULL; need not exist */
};

struct holidays; /* model/hours.h: the lists behind PH and SH */

struct model {
    struct arena *arena;
    struct timezone_ *timezone; /* owned; screen.timezone borrows it */
    int references;             /* atomic, private to model.c */
    const char *path;           /* of the site file */
    struct screen screen;
    struct zone *zones;
    size_t zone_count;
    struct playlist *playlists;
    size_t playlist_count;
    struct item *items; /* of all playlists, in the order written; item->index points here */
    size_t item_count;
    struct entry *entries;
    size_t entry_count;
    struct media *media;
    size_t media_count;
    const struct holidays *holidays;
    const char *const *fonts; /* folders to look for fonts in before the system's */
    size_t font_count;
};

/* Takes over the arena; the reference count starts at 1. Called by config.c only. */
struct model *model_create(struct arena *arena);
struct model *model_ref(struct model *model); /* any thread */
void model_unref(struct model **model);       /* any thread; NULL is fine; leaves NULL */

#endif
