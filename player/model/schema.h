/* schema.h: the option tables: every key of a site file, once.
 *
 * A row says how a key is written, into which field it goes, its range and its help. Parsing,
 * range checks, "did you mean" and docs/config.md all come from these rows, so they cannot
 * disagree. Read only; any thread. Used by config.c and its tests. */
#ifndef LEDSIGN_MODEL_SCHEMA_H
#define LEDSIGN_MODEL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

enum schema_type {
    SCHEMA_TEXT,     /* const char * in the arena, NFC */
    SCHEMA_INTEGER,  /* int */
    SCHEMA_NUMBER,   /* double */
    SCHEMA_FLAG,     /* bool */
    SCHEMA_CHOICE,   /* int: index in `choices` */
    SCHEMA_INTEGERS, /* int[length] */
    SCHEMA_NUMBERS,  /* double[length] */
};

struct schema_row {
    const char *key;
    enum schema_type type;
    size_t offset; /* of the field in the struct that the table fills */
    double minimum;
    double maximum;
    int length;                 /* SCHEMA_INTEGERS, SCHEMA_NUMBERS */
    const char *const *choices; /* SCHEMA_CHOICE, NULL terminated */
    bool is_default;      /* item keys: may also stand in `screen`, as the default for all items */
    const char *fallback; /* the default, in words */
    const char *help;
};

struct schema {
    const char *name; /* "an item"; translate with _() */
    const struct schema_row *rows;
    size_t count;
};

/* What a site file says, before it is resolved. Not said: what the struct holds before it is read;
 * texts are NULL. */

struct schema_screen {
    int size[2];
    double fps;
    int prepare;
    const char *timezone;
    double location[2];
    const char *background;
    int volume;
    const char *emergency;
};

struct schema_zone {
    const char *name;
    int area[4];
    const char *background;
    const char *fallback;
    int volume;
};

struct schema_item {
    const char *video, *audio, *image, *text, *clock, *qr, *color, *playlist;
    const char *file, *title, *when, *background, *font, *outline_color;
    double duration, transition_time, share;
    int fit, transition, align;
    int volume, weight, every, max_per_hour, size, scroll, outline;
    bool shuffle;
};

struct schema_entry {
    const char *zone, *play, *when;
    int priority, volume, end;
    double share;
};

extern const struct schema schema_screen, schema_zone, schema_item, schema_entry;

/* The row of a key, or NULL. */
const struct schema_row *schema_find(const struct schema *schema, const char *key);
/* The key nearest to a mistyped one, or NULL. */
const char *schema_nearest(const struct schema *schema, const char *key);

#endif
