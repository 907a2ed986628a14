#include "media/source_text_content.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "media/text.h"
#include "model/model.h"

/* Larger files are refused whole rather than shown in part. */
#define FILE_MAX (4u * 1024 * 1024)

static void complain(struct text_content *content, const char *why) {
    if (!content->has_complained) {
        content->has_complained = true;
        log_error("%s: %s; the text that was read before stays", content->item->text_file, why);
    }
}

static char *read_file(struct text_content *content) {
    struct file_identity identity;
    if (!file_identify(content->item->text_file, &identity)) {
        complain(content, file_why_unreadable(content->item->text_file));
        return NULL;
    }
    if (content->has_read && file_identity_equal(&identity, &content->identity)) {
        return NULL;
    }
    size_t length = 0;
    const char *why = "";
    char *bytes = file_read(content->item->text_file, FILE_MAX, &length, &why);
    if (bytes == NULL) {
        complain(content, why);
        return NULL;
    }
    if (length > TEXT_BYTES_MAX) {
        log_warning("%s: only the first 256 KB of the text are shown", content->item->text_file);
    }
    content->identity = identity;
    content->has_read = true;
    content->has_complained = false;
    char *clean = text_clean(bytes, length);
    free(bytes);
    return clean;
}

char *text_content_read(struct text_content *content) {
    if (content->item->text_file != NULL) {
        return read_file(content);
    }
    if (content->has_read) {
        return NULL;
    }
    content->has_read = true;
    const char *text = content->item->text != NULL ? content->item->text : "";
    return text_clean(text, strlen(text));
}
