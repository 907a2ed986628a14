/* source_text_content.h: where the words of a text item come from: the site file, or a text file
 * that is followed while it changes. Picture worker. */
#ifndef LEDSIGN_MEDIA_SOURCE_TEXT_CONTENT_H
#define LEDSIGN_MEDIA_SOURCE_TEXT_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/file.h"

struct item;

#define TEXT_CONTENT_CHECK_MS 1000 /* how often the file is looked at */

struct text_content {
    const struct item *item; /* borrowed */
    struct file_identity identity;
    bool has_read;
    bool has_complained; /* about a file that cannot be read, once */
};

/* The text, cleaned, when it is there for the first time or has changed since; else NULL. The
 * caller frees it. A file that cannot be read is named in the log once; until it can be, there is
 * nothing new. */
char *text_content_read(struct text_content *content);

#endif
