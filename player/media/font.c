#include "media/font.h"

#include <SDL_ttf.h>
#include <ctype.h>
#include <fontconfig/fontconfig.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "base/log.h"
#include "base/str.h"
#include "model/model.h"

#define FAMILY_DEFAULT "Noto Sans"
#define OPEN_MAX       24 /* faces at one size that are kept open */
#define NAMES_MAX      64 /* names of fonts that are remembered */
#define NAME_MAX_BYTES 200
#define LINE_PERCENT   115 /* room for stacked marks */

/* All fonts for one name, best first. */
struct ranking {
    char *name;
    FcFontSet *set;
    int *faces; /* number of the face of each row of the set; -1: not looked at yet */
};

struct font_face {
    char *path;
    int index;
};

/* A face at a size. */
struct open_font {
    TTF_Font *font;
    int face;
    int size_px;
    int outline_px;
    uint64_t used;
};

struct fonts {
    FcConfig *config;
    struct ranking rankings[NAMES_MAX];
    int ranking_count;
    struct font_face *faces;
    int face_count;
    struct open_font open[OPEN_MAX];
    uint64_t uses;
};

/* Words at the end of a font's name that are not its family. */
struct style_word {
    const char *word;
    const char *property;
    int value;
};

static const struct style_word style_words[] = {
    {"thin", FC_WEIGHT, FC_WEIGHT_THIN},     {"extralight", FC_WEIGHT, FC_WEIGHT_EXTRALIGHT},
    {"light", FC_WEIGHT, FC_WEIGHT_LIGHT},   {"regular", FC_WEIGHT, FC_WEIGHT_REGULAR},
    {"medium", FC_WEIGHT, FC_WEIGHT_MEDIUM}, {"semibold", FC_WEIGHT, FC_WEIGHT_SEMIBOLD},
    {"bold", FC_WEIGHT, FC_WEIGHT_BOLD},     {"extrabold", FC_WEIGHT, FC_WEIGHT_EXTRABOLD},
    {"black", FC_WEIGHT, FC_WEIGHT_BLACK},   {"italic", FC_SLANT, FC_SLANT_ITALIC},
    {"oblique", FC_SLANT, FC_SLANT_OBLIQUE}, {"condensed", FC_WIDTH, FC_WIDTH_CONDENSED},
};

struct fonts *fonts_create(const char *const *folders, int folder_count) {
    struct fonts *fonts = mem_zero(1, sizeof *fonts);
    if (TTF_Init() != 0) {
        log_error("fonts: SDL2_ttf cannot start: %s", TTF_GetError());
        free(fonts);
        return NULL;
    }
    fonts->config = FcInitLoadConfigAndFonts();
    if (fonts->config == NULL) {
        log_error("fonts: fontconfig cannot start; install the package fontconfig-config");
        fonts_destroy(&fonts);
        return NULL;
    }
    for (int i = 0; i < folder_count; i++) {
        FcConfigAppFontAddDir(fonts->config, (const FcChar8 *)folders[i]);
    }
    return fonts;
}

void fonts_destroy(struct fonts **fonts) {
    struct fonts *f = *fonts;
    *fonts = NULL;
    if (f == NULL) {
        return;
    }
    for (int i = 0; i < OPEN_MAX; i++) {
        if (f->open[i].font != NULL) {
            TTF_CloseFont(f->open[i].font);
        }
    }
    for (int i = 0; i < f->ranking_count; i++) {
        FcFontSetDestroy(f->rankings[i].set);
        free(f->rankings[i].faces);
        free(f->rankings[i].name);
    }
    for (int i = 0; i < f->face_count; i++) {
        free(f->faces[i].path);
    }
    free(f->faces);
    if (f->config != NULL) {
        FcConfigDestroy(f->config);
    }
    TTF_Quit();
    free(f);
}

/* --- From a name to files ---------------------------------------------------------------- */

static bool family_exists(struct fonts *fonts, const char *family) {
    FcPattern *pattern = FcPatternCreate();
    FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)family);
    FcObjectSet *wanted = FcObjectSetBuild(FC_FILE, (char *)NULL);
    FcFontSet *found = FcFontList(fonts->config, pattern, wanted);
    bool exists = found != NULL && found->nfont > 0;
    if (found != NULL) {
        FcFontSetDestroy(found);
    }
    FcObjectSetDestroy(wanted);
    FcPatternDestroy(pattern);
    return exists;
}

static const struct style_word *find_style_word(const char *word) {
    for (size_t i = 0; i < sizeof style_words / sizeof *style_words; i++) {
        if (strcasecmp(style_words[i].word, word) == 0) {
            return &style_words[i];
        }
    }
    return NULL;
}

/* Moves style words from the end of `family` into the pattern, until a family of that name exists.
 */
static void split_name(struct fonts *fonts, char *family, FcPattern *pattern) {
    while (!family_exists(fonts, family)) {
        char *space = strrchr(family, ' ');
        const struct style_word *style = space != NULL ? find_style_word(space + 1) : NULL;
        if (style == NULL) {
            return;
        }
        FcPatternAddInteger(pattern, style->property, style->value);
        while (space >= family && *space == ' ') {
            *space-- = '\0';
        }
    }
}

static FcPattern *make_pattern(struct fonts *fonts, const char *name) {
    char family[NAME_MAX_BYTES];
    FcPattern *pattern = FcPatternCreate();
    SDL_strlcpy(family, name, sizeof family);
    split_name(fonts, family, pattern);
    FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)family);
    FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)FAMILY_DEFAULT);
    FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
    FcPatternAddBool(pattern, FC_COLOR, FcFalse);
    FcConfigSubstitute(fonts->config, pattern, FcMatchPattern);
    FcDefaultSubstitute(pattern);
    return pattern;
}

bool font_is_known(struct fonts *fonts, const char *name) {
    char family[NAME_MAX_BYTES];
    FcPattern *ignored = FcPatternCreate();
    SDL_strlcpy(family, name, sizeof family);
    split_name(fonts, family, ignored);
    FcPatternDestroy(ignored);
    return family_exists(fonts, family);
}

static struct ranking *find_ranking(struct fonts *fonts, const char *name) {
    name = name != NULL && name[0] != '\0' ? name : FAMILY_DEFAULT;
    for (int i = 0; i < fonts->ranking_count; i++) {
        if (strcmp(fonts->rankings[i].name, name) == 0) {
            return &fonts->rankings[i];
        }
    }
    if (fonts->ranking_count == NAMES_MAX) {
        return &fonts->rankings[0];
    }
    FcPattern *pattern = make_pattern(fonts, name);
    FcResult result;
    FcFontSet *set = FcFontSort(fonts->config, pattern, FcTrue, NULL, &result);
    FcPatternDestroy(pattern);
    if (set == NULL) {
        set = FcFontSetCreate();
    }
    struct ranking *ranking = &fonts->rankings[fonts->ranking_count++];
    *ranking = (struct ranking){.name = mem_strdup(name), .set = set};
    ranking->faces = mem_zero((size_t)set->nfont + 1, sizeof *ranking->faces);
    for (int i = 0; i < set->nfont; i++) {
        ranking->faces[i] = -1;
    }
    return ranking;
}

/* Number of the face in a row; equal files are one face. -1: cannot be used. */
static int face_of_row(struct fonts *fonts, struct ranking *ranking, int row) {
    if (ranking->faces[row] >= 0) {
        return ranking->faces[row];
    }
    FcChar8 *path = NULL;
    int index = 0;
    if (FcPatternGetString(ranking->set->fonts[row], FC_FILE, 0, &path) != FcResultMatch) {
        return -1;
    }
    FcPatternGetInteger(ranking->set->fonts[row], FC_INDEX, 0, &index);
    for (int i = 0; i < fonts->face_count; i++) {
        if (fonts->faces[i].index == index && strcmp(fonts->faces[i].path, (char *)path) == 0) {
            return ranking->faces[row] = i;
        }
    }
    fonts->faces = mem_resize(fonts->faces, (size_t)fonts->face_count + 1, sizeof *fonts->faces);
    fonts->faces[fonts->face_count] = (struct font_face){mem_strdup((char *)path), index};
    return ranking->faces[row] = fonts->face_count++;
}

/* Outline fonts in one colour; others have their glyphs in one size only. */
static bool is_usable(const FcPattern *font) {
    FcBool is_scalable = FcTrue, is_color = FcFalse, is_variable = FcFalse;
    FcPatternGetBool(font, FC_SCALABLE, 0, &is_scalable);
    FcPatternGetBool(font, FC_COLOR, 0, &is_color);
    FcPatternGetBool(font, FC_VARIABLE, 0, &is_variable);
    return is_scalable == FcTrue && is_color == FcFalse && is_variable != FcTrue;
}

/* Points that show nothing by themselves, so that no font is chosen for them. */
static bool is_invisible(int32_t point) {
    utf8proc_category_t category = utf8proc_category(point);
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP ||
           (point >= 0xfe00 && point <= 0xfe0f) || (point >= 0xe0000 && point <= 0xe0fff);
}

static bool row_has(const struct ranking *ranking, int row, const int32_t *points, int count) {
    FcCharSet *charset = NULL;
    if (!is_usable(ranking->set->fonts[row]) ||
        FcPatternGetCharSet(ranking->set->fonts[row], FC_CHARSET, 0, &charset) != FcResultMatch) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (!is_invisible(points[i]) && !FcCharSetHasChar(charset, (FcChar32)points[i])) {
            return false;
        }
    }
    return true;
}

static int find_row(const struct ranking *ranking, const int32_t *points, int count) {
    for (int row = 0; row < ranking->set->nfont; row++) {
        if (row_has(ranking, row, points, count)) {
            return row;
        }
    }
    return -1;
}

int font_for_cluster(struct fonts *fonts, const char *name, const int32_t *points, int count) {
    struct ranking *ranking = find_ranking(fonts, name);
    int row = find_row(ranking, points, count);
    if (row < 0 && count > 1) {
        row = find_row(ranking, points, 1); /* the base letter at least */
    }
    if (row < 0) {
        row = find_row(ranking, NULL, 0);
    }
    return row >= 0 ? face_of_row(fonts, ranking, row) : -1;
}

/* Marks, joiners and the like count as had. */
static bool has_point(struct fonts *fonts, const char *name, int32_t point) {
    return is_invisible(point) || find_row(find_ranking(fonts, name), &point, 1) >= 0;
}

static bool contains(const int32_t *points, size_t count, int32_t point) {
    for (size_t i = 0; i < count; i++) {
        if (points[i] == point) {
            return true;
        }
    }
    return false;
}

size_t font_missing_glyphs(struct fonts *fonts, const char *text, const struct text_style *style,
                           int32_t *missing, size_t max) {
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)text);
    if (composed == NULL) {
        return 0; /* not UTF-8: said elsewhere */
    }
    size_t count = 0;
    utf8proc_ssize_t length = (utf8proc_ssize_t)strlen((char *)composed), step;
    utf8proc_int32_t point;
    for (utf8proc_ssize_t at = 0; at < length && count < max; at += step) {
        step = utf8proc_iterate(composed + at, length - at, &point);
        if (step < 1) {
            break;
        }
        if (!contains(missing, count, point) && !has_point(fonts, style->font, point)) {
            missing[count++] = point;
        }
    }
    free(composed);
    return count;
}

/* --- Drawing ----------------------------------------------------------------------------- */

/* The slot that holds the face at that size, or the one that was not used for longest. */
static struct open_font *find_slot(struct fonts *fonts, int face, int size_px, int outline_px) {
    struct open_font *oldest = &fonts->open[0];
    for (int i = 0; i < OPEN_MAX; i++) {
        struct open_font *open = &fonts->open[i];
        if (open->font != NULL && open->face == face && open->size_px == size_px &&
            open->outline_px == outline_px) {
            return open;
        }
        oldest = open->used < oldest->used ? open : oldest;
    }
    if (oldest->font != NULL) {
        TTF_CloseFont(oldest->font);
    }
    *oldest = (struct open_font){NULL, face, size_px, outline_px, 0};
    return oldest;
}

static TTF_Font *open_font(struct fonts *fonts, int face, int size_px, int outline_px) {
    if (face < 0 || face >= fonts->face_count) {
        return NULL;
    }
    size_px = size_px < FONT_SIZE_MIN ? FONT_SIZE_MIN : size_px;
    size_px = size_px > FONT_SIZE_MAX ? FONT_SIZE_MAX : size_px;
    struct open_font *open = find_slot(fonts, face, size_px, outline_px);
    if (open->font == NULL) {
        /* At SDL2_ttf's 72 dpi a point is a pixel. */
        open->font = TTF_OpenFontIndex(fonts->faces[face].path, size_px, fonts->faces[face].index);
        if (open->font == NULL) {
            log_warning("font %s: %s", fonts->faces[face].path, TTF_GetError());
            return NULL;
        }
        TTF_SetFontHinting(open->font, TTF_HINTING_LIGHT);
        TTF_SetFontOutline(open->font, outline_px);
    }
    open->used = ++fonts->uses;
    return open->font;
}

/* Scripts whose letters are joined, stacked or reordered by their shapers; SDL2_ttf does not guess
 * them. Unicode blocks. */
struct script {
    int32_t first;
    int32_t last;
    const char *name; /* ISO 15924 */
    bool is_rtl;
};

static const struct script scripts[] = {
    {0x0590, 0x05ff, "Hebr", true},  {0x0600, 0x077f, "Arab", true},
    {0x08a0, 0x08ff, "Arab", true},  {0x0900, 0x097f, "Deva", false},
    {0x0980, 0x09ff, "Beng", false}, {0x0a00, 0x0a7f, "Guru", false},
    {0x0a80, 0x0aff, "Gujr", false}, {0x0b00, 0x0b7f, "Orya", false},
    {0x0b80, 0x0bff, "Taml", false}, {0x0c00, 0x0c7f, "Telu", false},
    {0x0c80, 0x0cff, "Knda", false}, {0x0d00, 0x0d7f, "Mlym", false},
    {0x0d80, 0x0dff, "Sinh", false}, {0x0e00, 0x0e7f, "Thai", false},
    {0x0e80, 0x0eff, "Laoo", false}, {0x0f00, 0x0fff, "Tibt", false},
    {0x1000, 0x109f, "Mymr", false}, {0x1780, 0x17ff, "Khmr", false},
};

/* Shapes what follows in the script of its first letter that has one of those, else as Latin. */
static void set_script(TTF_Font *font, const char *text) {
    const struct script *script = NULL;
    utf8proc_ssize_t length = (utf8proc_ssize_t)strlen(text), step;
    utf8proc_int32_t point;
    for (utf8proc_ssize_t at = 0; at < length && script == NULL; at += step) {
        step = utf8proc_iterate((const utf8proc_uint8_t *)text + at, length - at, &point);
        if (step < 1) {
            break;
        }
        for (size_t i = 0; i < sizeof scripts / sizeof *scripts && point >= 0x590; i++) {
            bool is_it = point >= scripts[i].first && point <= scripts[i].last;
            script = is_it ? &scripts[i] : script;
        }
    }
    bool is_rtl = script != NULL && script->is_rtl;
    TTF_SetFontScriptName(font, script != NULL ? script->name : "Latn");
    TTF_SetFontDirection(font, is_rtl ? TTF_DIRECTION_RTL : TTF_DIRECTION_LTR);
}

static TTF_Font *open_for_text(struct fonts *fonts, int face, int size_px, int outline_px,
                               const char *text) {
    TTF_Font *font = open_font(fonts, face, size_px, outline_px);
    if (font != NULL) {
        set_script(font, text);
    }
    return font;
}

struct font_extent font_extent(struct fonts *fonts, int face, int size_px) {
    TTF_Font *font = open_font(fonts, face, size_px, 0);
    if (font == NULL) {
        return (struct font_extent){size_px, size_px / 4, size_px * 3 / 2};
    }
    int above = TTF_FontAscent(font), below = -TTF_FontDescent(font);
    int line = (TTF_FontLineSkip(font) * LINE_PERCENT + 99) / 100;
    return (struct font_extent){above, below > 0 ? below : 0, line > 0 ? line : 1};
}

/* What SDL2_ttf adds at the left and at the top of a surface for glyphs that begin before the pen
 * or rise above the ascent. It does not tell, but these are its rules. */
static void hidden_margins(TTF_Font *font, const char *text, int *left, int *top) {
    utf8proc_ssize_t length = (utf8proc_ssize_t)strlen(text), step;
    utf8proc_int32_t point;
    *left = 0;
    *top = 0;
    for (utf8proc_ssize_t at = 0; at < length; at += step) {
        int min_x = 0, max_y = 0;
        step = utf8proc_iterate((const utf8proc_uint8_t *)text + at, length - at, &point);
        if (step < 1) {
            return;
        }
        if (TTF_GlyphMetrics32(font, (Uint32)point, &min_x, NULL, NULL, &max_y, NULL) != 0) {
            continue;
        }
        int over = max_y - TTF_FontAscent(font);
        *top = over > *top ? over : *top;
        *left = at == 0 && min_x < 0 ? -min_x : *left;
    }
}

int font_advance(struct fonts *fonts, int face, int size_px, const char *text) {
    TTF_Font *font = open_for_text(fonts, face, size_px, 0, text);
    int width = 0, left, top;
    if (font == NULL || text[0] == '\0' || TTF_SizeUTF8(font, text, &width, NULL) != 0) {
        return 0;
    }
    hidden_margins(font, text, &left, &top);
    return width > left ? width - left : 0;
}

static bool take_coverage(SDL_Surface *surface, struct font_run *run) {
    if (surface == NULL) {
        return false;
    }
    bool ok = surface->format->format == SDL_PIXELFORMAT_ARGB8888;
    if (ok) {
        run->width = surface->w;
        run->height = surface->h;
        run->coverage = mem_alloc((size_t)surface->w * (size_t)surface->h + 1);
        for (int y = 0; y < surface->h; y++) {
            const Uint32 *row =
                (const Uint32 *)((const uint8_t *)surface->pixels + (ptrdiff_t)y * surface->pitch);
            for (int x = 0; x < surface->w; x++) {
                run->coverage[(ptrdiff_t)y * surface->w + x] = (uint8_t)(row[x] >> 24);
            }
        }
    }
    SDL_FreeSurface(surface);
    return ok;
}

/* First column and row with any ink. */
static bool find_ink(const struct font_run *run, int *left, int *top) {
    *left = run->width;
    *top = -1;
    for (int y = 0; y < run->height; y++) {
        for (int x = 0; x < run->width; x++) {
            if (run->coverage[(ptrdiff_t)y * run->width + x] != 0) {
                *top = *top < 0 ? y : *top;
                *left = x < *left ? x : *left;
                break;
            }
        }
    }
    return *top >= 0;
}

static bool draw_plain(struct fonts *fonts, int face, int size_px, const char *text,
                       struct font_run *run) {
    TTF_Font *font = open_for_text(fonts, face, size_px, 0, text);
    SDL_Color white = {255, 255, 255, 255};
    if (font == NULL || !take_coverage(TTF_RenderUTF8_Blended(font, text, white), run)) {
        return false;
    }
    int left, top;
    hidden_margins(font, text, &left, &top);
    run->left = -left;
    run->above = TTF_FontAscent(font) + top;
    return true;
}

bool font_draw(struct fonts *fonts, int face, int size_px, int outline_px, const char *text,
               struct font_run *run) {
    *run = (struct font_run){0};
    if (text[0] == '\0' || !draw_plain(fonts, face, size_px, text, run)) {
        return false;
    }
    TTF_Font *font = outline_px > 0 ? open_for_text(fonts, face, size_px, outline_px, text) : NULL;
    if (font == NULL) {
        return outline_px <= 0;
    }
    struct font_run grown = {0};
    SDL_Color white = {255, 255, 255, 255};
    int left, top, grown_left, grown_top;
    bool ok = take_coverage(TTF_RenderUTF8_Blended(font, text, white), &grown);
    if (ok && find_ink(run, &left, &top) && find_ink(&grown, &grown_left, &grown_top)) {
        /* Its ink begins outline_px left of and above that of the plain run. */
        grown.left = run->left + left - outline_px - grown_left;
        grown.above = run->above - top + outline_px + grown_top;
    }
    free(run->coverage);
    *run = grown;
    return ok;
}
