#include "model/schema.h"

#include <string.h>

#include "base/str.h"
#include "base/translate.h"

#define ROWS_MAX             40
#define COUNT(array)         (sizeof(array) / sizeof((array)[0]))
#define AT(structure, field) offsetof(struct schema_##structure, field)

static const char *const fits[] = {"contain", "cover", "stretch", "none", "pan", NULL};
static const char *const transitions[] = {"cut",      "fade",       "slide-left", "slide-right",
                                          "slide-up", "slide-down", "wipe",       NULL};
static const char *const aligns[] = {"center", "left", "right", NULL};
static const char *const ends[] = {"cut", "finish", NULL};

static const char *const prepares[] = {"off", "idle", NULL};

static const struct schema_row screen_rows[] = {
    {"size", SCHEMA_INTEGERS, AT(screen, size), 1, 16384, 2, NULL, false, "none; must be given",
     "width and height of the canvas in LED pixels"},
    {"fps", SCHEMA_NUMBER, AT(screen, fps), 1, 240, 0, NULL, false, "30",
     "pictures a second where the display gives no vertical blank; 29.97 and the like are taken as "
     "30000/1001"},
    {"prepare", SCHEMA_CHOICE, AT(screen, prepare), 0, 0, 0, prepares, false, "off",
     "idle: while it plays, media are transcoded to the size of the screen in the background "
     "(see prepare.md)"},
    {"timezone", SCHEMA_TEXT, AT(screen, timezone), 0, 0, 0, NULL, false, "the system's",
     "IANA name such as \"Asia/Ho_Chi_Minh\""},
    {"location", SCHEMA_NUMBERS, AT(screen, location), -180, 180, 2, NULL, false, "none",
     "latitude and longitude in degrees; needed for sunrise, sunset, dawn and dusk"},
    {"background", SCHEMA_TEXT, AT(screen, background), 0, 0, 0, NULL, false, "#000000",
     "colour behind everything"},
    {"volume", SCHEMA_INTEGER, AT(screen, volume), 0, 100, 0, NULL, false, "100",
     "percent; half is an eighth of the amplitude, which sounds about half as loud"},
    {"emergency", SCHEMA_TEXT, AT(screen, emergency), 0, 0, 0, NULL, false, "none",
     "a UTF-8 file; while it is there and holds text, that covers the whole screen, silently "
     "(see schedule.md)"},
};

static const struct schema_row zone_rows[] = {
    {"name", SCHEMA_TEXT, AT(zone, name), 0, 0, 0, NULL, false, "`zone 1`, `zone 2`, ...",
     "what the schedule calls the zone"},
    {"area", SCHEMA_INTEGERS, AT(zone, area), -16384, 16384, 4, NULL, false, "the whole canvas",
     "x, y, width and height on the canvas; later zones lie on top"},
    {"background", SCHEMA_TEXT, AT(zone, background), 0, 0, 0, NULL, false,
     "none: what is below shows", "colour behind the zone's items"},
    {"fallback", SCHEMA_TEXT, AT(zone, fallback), 0, 0, 0, NULL, false, "none",
     "playlist for times when nothing is scheduled or nothing can be played"},
    {"volume", SCHEMA_INTEGER, AT(zone, volume), 0, 100, 0, NULL, false, "100",
     "percent of the screen's volume"},
};

static const struct schema_row item_rows[] = {
    {"video", SCHEMA_TEXT, AT(item, video), 0, 0, 0, NULL, false, "", "a video file"},
    {"audio", SCHEMA_TEXT, AT(item, audio), 0, 0, 0, NULL, false, "",
     "a sound file; with `image` that picture is shown, else the cover in the file"},
    {"image", SCHEMA_TEXT, AT(item, image), 0, 0, 0, NULL, false, "", "a picture file"},
    {"text", SCHEMA_TEXT, AT(item, text), 0, 0, 0, NULL, false, "",
     "a text; \\n breaks the line; with `file` the text is read from there"},
    {"clock", SCHEMA_TEXT, AT(item, clock), 0, 0, 0, NULL, false, "",
     "a clock in strftime's notation, such as \"%H:%M\""},
    {"qr", SCHEMA_TEXT, AT(item, qr), 0, 0, 0, NULL, false, "", "a text or link as a QR code"},
    {"color", SCHEMA_TEXT, AT(item, color), 0, 0, 0, NULL, false, "#FFFFFF",
     "alone: the zone is filled with it; with `text` or `clock`: the colour of the letters"},
    {"playlist", SCHEMA_TEXT, AT(item, playlist), 0, 0, 0, NULL, false, "",
     "the items of another playlist, here"},
    {"duration", SCHEMA_NUMBER, AT(item, duration), 0.04, 172800, 0, NULL, true,
     "a video's or song's own length, else 10", "seconds on screen"},
    {"fit", SCHEMA_CHOICE, AT(item, fit), 0, 0, 0, fits, true, "contain",
     "how a picture fills its zone; pan glides along the longer way"},
    {"transition", SCHEMA_CHOICE, AT(item, transition), 0, 0, 0, transitions, true, "cut",
     "how the item comes on"},
    {"transition_time", SCHEMA_NUMBER, AT(item, transition_time), 0.04, 10, 0, NULL, true, "0.8",
     "seconds; at most half of the item's duration is used"},
    {"volume", SCHEMA_INTEGER, AT(item, volume), 0, 100, 0, NULL, false, "100",
     "percent of the zone's volume"},
    {"when", SCHEMA_TEXT, AT(item, when), 0, 0, 0, NULL, false, "always",
     "times at which the item takes part (see schedule.md)"},
    {"weight", SCHEMA_INTEGER, AT(item, weight), 1, 100, 0, NULL, false, "1",
     "showings in one loop, spread evenly"},
    {"every", SCHEMA_INTEGER, AT(item, every), 1, 1000, 0, NULL, false, "1",
     "takes part in every n-th loop only"},
    {"share", SCHEMA_NUMBER, AT(item, share), 0, 100, 0, NULL, false, "none",
     "percent of the time of a full loop"},
    {"max_per_hour", SCHEMA_INTEGER, AT(item, max_per_hour), 1, 3600, 0, NULL, false, "no limit",
     "most showings in an hour"},
    {"shuffle", SCHEMA_FLAG, AT(item, shuffle), 0, 0, 0, NULL, false, "false",
     "with `playlist`: another order in every loop, the same on every screen"},
    {"title", SCHEMA_TEXT, AT(item, title), 0, 0, 0, NULL, false, "the file's name",
     "what people call the item"},
    {"background", SCHEMA_TEXT, AT(item, background), 0, 0, 0, NULL, true, "the zone's",
     "colour behind the item"},
    {"font", SCHEMA_TEXT, AT(item, font), 0, 0, 0, NULL, true, "Noto Sans",
     "family and style, such as \"Noto Sans Bold\""},
    {"size", SCHEMA_INTEGER, AT(item, size), 4, 4096, 0, NULL, false, "as large as fits",
     "height of the letters in pixels"},
    {"align", SCHEMA_CHOICE, AT(item, align), 0, 0, 0, aligns, false, "center", "of text lines"},
    {"scroll", SCHEMA_INTEGER, AT(item, scroll), 0, 4000, 0, NULL, false, "0: stands still",
     "pixels a second by which the text runs to the left"},
    {"outline", SCHEMA_INTEGER, AT(item, outline), 0, 64, 0, NULL, false, "0",
     "pixels around the letters"},
    {"outline_color", SCHEMA_TEXT, AT(item, outline_color), 0, 0, 0, NULL, false, "#000000", ""},
    {"file", SCHEMA_TEXT, AT(item, file), 0, 0, 0, NULL, false, "none",
     "with `text`: a UTF-8 file whose text is shown and followed while it changes"},
};

static const struct schema_row entry_rows[] = {
    {"zone", SCHEMA_TEXT, AT(entry, zone), 0, 0, 0, NULL, false, "the only zone", ""},
    {"play", SCHEMA_TEXT, AT(entry, play), 0, 0, 0, NULL, false, "none; must be given",
     "a playlist's name"},
    {"when", SCHEMA_TEXT, AT(entry, when), 0, 0, 0, NULL, false, "always",
     "times at which it plays (see schedule.md)"},
    {"priority", SCHEMA_INTEGER, AT(entry, priority), -1000, 1000, 0, NULL, false, "0",
     "the highest open one plays; equal ones play one after another"},
    {"share", SCHEMA_NUMBER, AT(entry, share), 0, 100, 0, NULL, false, "none",
     "percent of the time among entries of equal priority"},
    {"volume", SCHEMA_INTEGER, AT(entry, volume), 0, 100, 0, NULL, false, "the zone's",
     "percent of the screen's volume, instead of the zone's"},
    {"end", SCHEMA_CHOICE, AT(entry, end), 0, 0, 0, ends, false, "cut",
     "finish: the item on screen plays to its end when the time is over"},
};

const struct schema schema_screen = {N_("the screen"), screen_rows, COUNT(screen_rows)};
const struct schema schema_zone = {N_("a zone"), zone_rows, COUNT(zone_rows)};
const struct schema schema_item = {N_("an item"), item_rows, COUNT(item_rows)};
const struct schema schema_entry = {N_("a line of the schedule"), entry_rows, COUNT(entry_rows)};

const struct schema_row *schema_find(const struct schema *schema, const char *key) {
    for (size_t i = 0; i < schema->count; i++) {
        if (strcmp(schema->rows[i].key, key) == 0) {
            return &schema->rows[i];
        }
    }
    return NULL;
}

const char *schema_nearest(const struct schema *schema, const char *key) {
    const char *keys[ROWS_MAX];
    size_t count = 0;
    for (; count < schema->count && count < ROWS_MAX; count++) {
        keys[count] = schema->rows[count].key;
    }
    return str_nearest(key, keys, count);
}
