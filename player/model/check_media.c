/* Media that small boards cannot keep up with, and texts that fonts cannot draw. */
#include <string.h>

#include "base/translate.h"
#include "model/check_private.h"
#include "model/qr_size.h"

#define VIDEO_PIXELS_MAX (1920 * 1088)
#define STILL_PIXELS_MAX (16 * 1024 * 1024)
#define MISSING_MAX      8

/* What small boards decode in time; the rest is for PCs. */
static const char *const easy_codecs[] = {"h264",       "hevc",       "mpeg4",
                                          "mpeg2video", "mpeg1video", "mjpeg"};

static void check_size(struct check *check, const struct item *item, const struct media *media) {
    const struct media_facts *facts = &media->facts;
    const struct zone *zone = check->items[item->index].zone;
    int64_t pixels = (int64_t)facts->coded.w * facts->coded.h;
    int64_t most = facts->is_still ? STILL_PIXELS_MAX : VIDEO_PIXELS_MAX;
    if (pixels > most) {
        check_warn(
            check, WARNING_MEDIA_SIZE, item->where, NULL,
            "%s has %dx%d pixels, which is too much for small boards; make a smaller version",
            media->name, facts->coded.w, facts->coded.h);
        return;
    }
    /* Smaller stills cost their one decoding only. */
    int scale = facts->is_still ? 6 : 2;
    if (zone != NULL && facts->size.w > scale * zone->area_on_canvas.w &&
        facts->size.h > scale * zone->area_on_canvas.h) {
        check_warn(check, WARNING_MEDIA_SIZE, item->where, NULL,
                   "%s has %dx%d pixels, but its zone \"%s\" only %dx%d; make a version of that "
                   "size",
                   media->name, facts->size.w, facts->size.h, zone->name, zone->area_on_canvas.w,
                   zone->area_on_canvas.h);
    }
}

static void check_rate(struct check *check, const struct item *item, const struct media *media) {
    struct ratio rate = media->facts.rate, fps = check->model->screen.fps;
    double per_second = (double)rate.num / (double)rate.den;
    double of_screen = (double)fps.num / (double)fps.den;
    if (per_second > of_screen * 1.01) {
        check_warn(check, WARNING_MEDIA_RATE, item->where, NULL,
                   "%s has %.4g pictures a second, but the screen shows %.4g; make a version with "
                   "that rate",
                   media->name, per_second, of_screen);
    }
}

static bool is_easy(const char *codec) {
    for (size_t i = 0; i < sizeof easy_codecs / sizeof easy_codecs[0]; i++) {
        if (strcmp(easy_codecs[i], codec) == 0) {
            return true;
        }
    }
    return codec[0] == 0; /* unknown */
}

static void check_codec(struct check *check, const struct item *item, const struct media *media) {
    const struct media_facts *facts = &media->facts;
    if (!is_easy(facts->codec)) {
        check_warn(check, WARNING_MEDIA_CODEC, item->where, NULL,
                   "%s is %s video, which small boards may not decode in time; H.264 is safe",
                   media->name, facts->codec);
    } else if (facts->bits > 8 && strcmp(facts->codec, "h264") == 0) {
        check_warn(check, WARNING_MEDIA_CODEC, item->where, NULL,
                   "%s has %d bits a colour, which small boards decode slowly in H.264; make a "
                   "version with 8",
                   media->name, facts->bits);
    }
    if (facts->interlaced) {
        check_warn(check, WARNING_MEDIA_CODEC, item->where, NULL,
                   "%s is interlaced; taking out the combs costs detail and time; make a version "
                   "without",
                   media->name);
    }
}

/* The picture in a sound's file is its cover, or is not shown. */
static void check_file(struct check *check, const struct item *item, const struct media *media) {
    if (media == NULL || media->state != MEDIA_OK || !media->facts.has_video ||
        item->kind == ITEM_AUDIO) {
        return;
    }
    check_size(check, item, media);
    if (!media->facts.is_still) {
        check_rate(check, item, media);
        check_codec(check, item, media);
    }
}

/* A file is spoken of once, at the first item that shows it. */
static bool is_first_with(const struct check *check, const struct item *item) {
    for (int i = 0; i < item->index; i++) {
        if (check->items[i].reached && check->model->items[i].media == item->media) {
            return false;
        }
    }
    return true;
}

/* One module is at least one pixel. */
static void check_code(struct check *check, const struct item *item) {
    const struct zone *zone = check->items[item->index].zone;
    int modules = item->text != NULL ? qr_size_modules(strlen(item->text)) : 0;
    if (modules == 0) {
        check_warn(check, WARNING_QR, item->where, NULL,
                   "the text does not fit into a QR code; use at most 2331 bytes");
    } else if (zone != NULL &&
               (zone->area_on_canvas.w < modules || zone->area_on_canvas.h < modules)) {
        check_warn(check, WARNING_QR, item->where, NULL,
                   "the QR code needs %dx%d pixels, but its zone \"%s\" has only %dx%d; shorten "
                   "the text or enlarge the zone",
                   modules, modules, zone->name, zone->area_on_canvas.w, zone->area_on_canvas.h);
    }
}

void check_media(struct check *check) {
    for (size_t i = 0; i < check->model->item_count; i++) {
        const struct item *item = &check->model->items[i];
        if (item->kind == ITEM_QR && check->items[i].reached) {
            check_code(check, item);
        }
        if (item->media != NULL && check->items[i].reached && is_first_with(check, item)) {
            check_file(check, item, item->media);
        }
    }
}

static void add_point(struct str *out, int32_t point) {
    char utf8[5] = "";
    size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length; i > 1; i--) {
        utf8[i - 1] = (char)(0x80 | (point & 0x3F));
        point >>= 6;
    }
    utf8[0] = (char)(first[length] | point);
    str_add(out, utf8);
}

static void check_glyphs(struct check *check, const struct item *item) {
    int32_t points[MISSING_MAX];
    size_t count = check->fonts->missing(check->fonts->context, item, points, MISSING_MAX);
    struct str list = {0};
    for (size_t i = 0; i < count && i < MISSING_MAX; i++) {
        str_addf(&list, "%sU+%04X (", i > 0 ? ", " : "", (unsigned)points[i]);
        add_point(&list, points[i]);
        str_add(&list, ")");
    }
    if (count > 0) {
        check_warn(check, WARNING_GLYPHS, item->where, NULL,
                   "no font has a glyph for %s; a box is shown instead", list.text);
    }
    str_finish(&list);
}

/* A font is named once, at the first item that uses it. */
static void check_font(struct check *check, const struct item *item) {
    const struct model *model = check->model;
    for (int i = 0; i < item->index; i++) {
        const char *other = model->items[i].style.font;
        if (other != NULL && strcmp(other, item->style.font) == 0) {
            return;
        }
    }
    if (!check->fonts->is_known(check->fonts->context, item->style.font)) {
        check_warn(check, WARNING_FONT, item->where, NULL,
                   "font \"%s\" is not installed; the default font is used", item->style.font);
    }
}

void check_texts(struct check *check) {
    for (size_t i = 0; i < check->model->item_count; i++) {
        const struct item *item = &check->model->items[i];
        if (item->kind == ITEM_TEXT || item->kind == ITEM_CLOCK) {
            check_glyphs(check, item);
            if (item->style.font != NULL) {
                check_font(check, item);
            }
        }
    }
}
