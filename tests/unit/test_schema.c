#include <string.h>

#include "model/schema.h"
#include "unit.h"

static const struct {
    const struct schema *schema;
    size_t size;
} schemas[] = {
    {&schema_screen, sizeof(struct schema_screen)},
    {&schema_zone, sizeof(struct schema_zone)},
    {&schema_item, sizeof(struct schema_item)},
    {&schema_entry, sizeof(struct schema_entry)},
};

static size_t size_of(const struct schema_row *row) {
    switch (row->type) {
    case SCHEMA_TEXT:
        return sizeof(const char *);
    case SCHEMA_NUMBER:
        return sizeof(double);
    case SCHEMA_FLAG:
        return sizeof(bool);
    case SCHEMA_NUMBERS:
        return sizeof(double) * (size_t)row->length;
    case SCHEMA_INTEGERS:
        return sizeof(int) * (size_t)row->length;
    default:
        return sizeof(int);
    }
}

/* No two rows write the same byte, none writes outside of its struct, and none lacks a name. */
static void rows_do_not_overlap(void **state) {
    (void)state;
    for (size_t s = 0; s < COUNT(schemas); s++) {
        unsigned char used[512] = {0};
        assert_true(schemas[s].size <= sizeof used);
        for (size_t i = 0; i < schemas[s].schema->count; i++) {
            const struct schema_row *row = &schemas[s].schema->rows[i];
            assert_true(row->offset + size_of(row) <= schemas[s].size);
            for (size_t byte = row->offset; byte < row->offset + size_of(row); byte++) {
                if (used[byte]++ != 0) {
                    fail_msg("%s.%s overlaps", schemas[s].schema->name, row->key);
                }
            }
            assert_ptr_equal(schema_find(schemas[s].schema, row->key), row); /* no key twice */
            assert_true(row->minimum <= row->maximum && row->length <= 4);
            bool has_choices = row->choices != NULL && row->choices[0] != NULL;
            assert_true(has_choices == (row->type == SCHEMA_CHOICE));
        }
    }
}

static void nearest_keys(void **state) {
    (void)state;
    static const struct {
        const struct schema *schema;
        const char *typed, *meant;
    } rows[] = {
        {&schema_item, "durration", "duration"},
        {&schema_item, "Duration", "duration"},
        {&schema_item, "transiton_time", "transition_time"},
        {&schema_item, "imgae", "image"},
        {&schema_item, "colour", "color"},
        {&schema_item, "xyzzy", NULL},
        {&schema_zone, "fallbck", "fallback"},
        {&schema_entry, "prioroty", "priority"},
        {&schema_screen, "time_zone", "timezone"},
        {&schema_screen, "", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *found = schema_nearest(rows[i].schema, rows[i].typed);
        if (rows[i].meant == NULL ? found != NULL : found == NULL || strcmp(found, rows[i].meant)) {
            fail_msg("%s: %s", rows[i].typed, found != NULL ? found : "nothing");
        }
        assert_null(schema_find(rows[i].schema, rows[i].typed));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_do_not_overlap),
        cmocka_unit_test(nearest_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
