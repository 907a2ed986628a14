/* docs/config.md, from the option tables. */
#include "base/str.h"
#include "model/config.h"
#include "model/schema.h"

static void document_schema(struct str *out, const char *title, const struct schema *schema) {
    str_addf(out, "\n## %s\n\n| key | default | meaning |\n|---|---|---|\n", title);
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_row *row = &schema->rows[i];
        str_addf(out, "| `%s` | %s | %s", row->key, row->fallback, row->help);
        for (int c = 0; row->choices != NULL && row->choices[c] != NULL; c++) {
            str_addf(out, "%s`%s`", c == 0 ? "; one of " : ", ", row->choices[c]);
        }
        str_addf(out, "%s |\n", row->is_default ? " (also in `screen`, for all items)" : "");
    }
}

char *config_document(void) {
    struct str out = {0};
    str_add(&out,
            "# The site file\n\nMade from the option tables in `player/model/schema.c` by "
            "`make docs`; do not edit.\n\nA site file is "
            "[libconfig](https://hyperrealm.github.io/libconfig/) text in UTF-8. Relative "
            "paths are looked for beside the site file, then in `media/` beside it or in a "
            "folder above it. `public_holidays` and `school_holidays` are lists of dates "
            "(`\"2026-09-02\"`, `\"2026-09-02..2026-09-04\"`, `\"09-02\"`) for `PH` and `SH`; "
            "`fonts` names a folder of fonts (default `fonts`).\n");
    document_schema(&out, "screen", &schema_screen);
    document_schema(&out, "zones", &schema_zone);
    document_schema(&out, "items of playlists", &schema_item);
    document_schema(&out, "schedule", &schema_entry);
    return str_take(&out);
}
