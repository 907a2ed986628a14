#include "media/prepare_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libavutil/mem.h>
#include <libavutil/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "model/model.h"

#define LOCK_NAME     "lock"
#define PART_ENDING   ".part"
#define RESERVE_BYTES (INT64_C(128) * 1024 * 1024) /* left to others, at most */
#define RESERVE_SHARE 20                           /* one part in so many of the disk, if less */
#define READ_BYTES    (256 * 1024)

/* ---- hashes --------------------------------------------------------------------------------- */

static void finish_hash(struct AVSHA *sha, char out[65]) {
    uint8_t digest[32];
    av_sha_final(sha, digest);
    for (int i = 0; i < 32; i++) {
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    }
    av_free(sha);
}

static struct AVSHA *begin_hash(void) {
    struct AVSHA *sha = av_sha_alloc();
    if (sha == NULL || av_sha_init(sha, 256) < 0) {
        abort(); /* out of memory, as mem_alloc */
    }
    return sha;
}

void prepare_hash_text(const char *text, char out[65]) {
    struct AVSHA *sha = begin_hash();
    av_sha_update(sha, (const uint8_t *)text, strlen(text));
    finish_hash(sha, out);
}

bool prepare_hash_file(const char *path, const bool *quit, char out[65]) {
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return false;
    }
    struct AVSHA *sha = begin_hash();
    uint8_t *buffer = mem_alloc(READ_BYTES);
    size_t got;
    bool stopped = false;
    while (!stopped && (got = fread(buffer, 1, READ_BYTES, file)) > 0) {
        av_sha_update(sha, buffer, got);
        stopped = __atomic_load_n(quit, __ATOMIC_ACQUIRE);
    }
    bool good = !stopped && !ferror(file);
    fclose(file);
    free(buffer);
    finish_hash(sha, out);
    return good;
}

/* ---- the folder ----------------------------------------------------------------------------- */

char *prepare_store_path(const struct prepare_store *store, const char *name) {
    return file_join(store->folder, name);
}

static bool make_folder(const char *folder) {
    char *parent = file_folder(folder);
    bool made = (mkdir(parent, 0755) == 0 || errno == EEXIST) &&
                (mkdir(folder, 0755) == 0 || errno == EEXIST);
    if (!made) {
        log_error("%s: the folder for prepared files cannot be made: %s", folder,
                  errno == ENOSPC  ? "the disk is full"
                  : errno == EROFS ? "the disk is read-only"
                                   : "no permission; change the owner of the site's folder");
    }
    free(parent);
    return made;
}

static bool lock_folder(struct prepare_store *store) {
    char *path = prepare_store_path(store, LOCK_NAME);
    store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    free(path);
    if (store->lock < 0) {
        log_error("%s: cannot be written; change the owner of the folder", store->folder);
        return false;
    }
    if (flock(store->lock, LOCK_EX | LOCK_NB) != 0) {
        log_error("%s: somebody is preparing this site already; wait until it is done",
                  store->site_path);
        return false;
    }
    return true;
}

static bool ends_with(const char *text, const char *ending) {
    size_t length = strlen(text), tail = strlen(ending);
    return length >= tail && strcmp(text + length - tail, ending) == 0;
}

/* Calls `visit` for every name in the folder but the list and the lock. */
static void each_file(const struct prepare_store *store,
                      void (*visit)(void *context, const char *name, const char *path),
                      void *context) {
    DIR *folder = opendir(store->folder);
    const struct dirent *one;
    while (folder != NULL && (one = readdir(folder)) != NULL) {
        bool is_own =
            strcmp(one->d_name, PREPARED_LIST) == 0 || strcmp(one->d_name, LOCK_NAME) == 0;
        if (one->d_name[0] != '.' && !is_own) {
            char *path = prepare_store_path(store, one->d_name);
            visit(context, one->d_name, path);
            free(path);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

static void remove_part(void *context, const char *name, const char *path) {
    (void)context;
    if (ends_with(name, PART_ENDING) || strstr(name, PART_ENDING "-") != NULL) {
        unlink(path);
    }
}

static void read_list(struct prepare_store *store) {
    char *path = prepare_store_path(store, PREPARED_LIST);
    const char *why = NULL;
    size_t length;
    char *text = file_read(path, PREPARED_LIST_MAX, &length, &why);
    if (text != NULL) {
        prepared_list_parse(&store->list, text);
    }
    free(text);
    free(path);
}

bool prepare_store_open(struct prepare_store *store, const char *site_path, bool for_writing) {
    *store = (struct prepare_store){.lock = -1};
    char *folder = file_folder(site_path);
    char *absolute = realpath(folder, NULL);
    store->site_path = mem_strdup(site_path);
    store->site_folder = mem_strdup(absolute != NULL ? absolute : folder);
    store->folder = prepared_folder(site_path);
    free(absolute);
    free(folder);
    if (for_writing && (!make_folder(store->folder) || !lock_folder(store))) {
        prepare_store_close(store);
        return false;
    }
    if (for_writing) {
        each_file(store, remove_part, NULL);
    }
    read_list(store);
    return true;
}

void prepare_store_close(struct prepare_store *store) {
    if (store->lock >= 0) {
        close(store->lock); /* and with it the lock */
    }
    prepared_list_finish(&store->list);
    free(store->site_path);
    free(store->site_folder);
    free(store->folder);
    *store = (struct prepare_store){.lock = -1};
}

bool prepare_store_save(struct prepare_store *store) {
    char *path = prepare_store_path(store, PREPARED_LIST);
    char *text = prepared_list_format(&store->list);
    const char *why = NULL;
    bool saved = file_write(path, text, strlen(text), &why);
    if (!saved) {
        log_error("%s: cannot be written: %s", path, why);
    }
    free(text);
    free(path);
    return saved;
}

int64_t prepare_store_space(const struct prepare_store *store) {
    struct statvfs disk;
    if (statvfs(store->folder, &disk) != 0) {
        return 0;
    }
    int64_t all = (int64_t)disk.f_blocks * (int64_t)disk.f_frsize;
    int64_t free_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    int64_t reserve = all / RESERVE_SHARE < RESERVE_BYTES ? all / RESERVE_SHARE : RESERVE_BYTES;
    return free_bytes > reserve ? free_bytes - reserve : 0;
}

bool prepare_store_commit(const struct prepare_store *store, const char *temporary,
                          const char *name) {
    char *path = prepare_store_path(store, name);
    int file = open(temporary, O_RDONLY | O_CLOEXEC);
    bool done = file >= 0 && fsync(file) == 0;
    if (file >= 0) {
        close(file);
    }
    done = done && rename(temporary, path) == 0;
    int folder = open(store->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        close(folder);
    }
    free(path);
    return done;
}

/* ---- rows ----------------------------------------------------------------------------------- */

static char *source_name(const struct prepare_store *store, const struct media *media) {
    const char *path = media->source_path != NULL ? media->source_path : media->path;
    char *absolute = realpath(path, NULL);
    char *name = absolute != NULL ? prepared_source_name(store->site_folder, absolute) : NULL;
    free(absolute);
    return name;
}

static bool has_file(const struct prepare_store *store, const struct prepared_row *row) {
    struct file_identity identity;
    char *path = prepare_store_path(store, row->name);
    bool has = row->state != PREPARED_READY ||
               (file_identify(path, &identity) && identity.size == row->bytes);
    free(path);
    return has;
}

const struct prepared_row *prepare_store_find(const struct prepare_store *store,
                                              const struct media *media,
                                              const struct prepared_wish *wish) {
    char *name = source_name(store, media);
    const struct prepared_row *row =
        name != NULL ? prepared_list_find(&store->list, name, &media->identity, wish) : NULL;
    free(name);
    return row != NULL && has_file(store, row) ? row : NULL;
}

bool prepare_store_row(const struct prepare_store *store, const struct media *media,
                       const struct prepared_wish *wish, struct prepared_row *row) {
    *row = (struct prepared_row){.wish = *wish,
                                 .source_size = media->identity.size,
                                 .source_mtime_ns = media->identity.mtime_ns,
                                 .name = "-",
                                 .codec = "-",
                                 .site = (char *)(uintptr_t)file_name(store->site_path),
                                 .source = source_name(store, media)};
    memset(row->hash, '0', sizeof row->hash - 1);
    if (row->source != NULL && prepared_can_list(row->source) && prepared_can_list(row->site)) {
        return true;
    }
    free(row->source);
    return false;
}

/* ---- pruning -------------------------------------------------------------------------------- */

static bool site_is_gone(const struct prepare_store *store, const char *site) {
    struct file_identity identity;
    char *path = file_join(store->site_folder, site);
    bool gone = !file_identify(path, &identity);
    free(path);
    return gone;
}

struct pruning {
    const struct prepare_store *store;
    bool only_count;
    int files;
    int64_t bytes;
};

static void remove_unlisted(void *context, const char *name, const char *path) {
    struct pruning *pruning = context;
    const struct prepared_list *list = &pruning->store->list;
    struct file_identity identity;
    for (size_t i = 0; i < list->count; i++) {
        if (list->rows[i].state == PREPARED_READY && strcmp(list->rows[i].name, name) == 0) {
            return;
        }
    }
    if (file_identify(path, &identity) && (pruning->only_count || unlink(path) == 0)) {
        pruning->files++;
        pruning->bytes += identity.size;
    }
}

int64_t prepare_store_prune(struct prepare_store *store, const struct model *model, bool only_count,
                            int *files) {
    const char *own = file_name(store->site_path);
    struct prepared_wish *wishes = mem_zero(model->media_count + 1, sizeof *wishes);
    const struct prepared_row **wanted = mem_zero(model->media_count + 1, sizeof *wanted);
    prepared_wishes(model, wishes);
    for (size_t m = 0; m < model->media_count; m++) {
        wanted[m] = prepare_store_find(store, &model->media[m], &wishes[m]);
    }
    bool *stays = mem_zero(store->list.count + 1, sizeof *stays);
    for (size_t m = 0; m < model->media_count; m++) {
        if (wanted[m] != NULL) {
            stays[wanted[m] - store->list.rows] = true;
        }
    }
    for (size_t i = store->list.count; i-- > 0;) {
        const char *site = store->list.rows[i].site;
        bool is_foreign = strcmp(site, own) != 0 && !site_is_gone(store, site);
        if (!stays[i] && !is_foreign) {
            prepared_list_remove(&store->list, i);
        }
    }
    struct pruning pruning = {.store = store, .only_count = only_count};
    if (only_count || prepare_store_save(store)) {
        each_file(store, remove_unlisted, &pruning);
    }
    free(stays);
    free(wanted);
    free(wishes);
    *files = pruning.files;
    return pruning.bytes;
}

/* ---- use ------------------------------------------------------------------------------------ */

static void note_missing(struct prepare_used *used, const char *name) {
    size_t length = strlen(used->names);
    bool fits = length + strlen(name) + 8 < sizeof used->names;
    if (used->missing < 3 && fits) {
        snprintf(used->names + length, sizeof used->names - length, "%s%s", length > 0 ? ", " : "",
                 name);
    }
    used->missing++;
}

void prepare_use(struct model *model, struct prepare_used *used) {
    struct prepare_store store;
    *used = (struct prepare_used){0};
    prepare_store_open(&store, model->path, false);
    struct prepared_wish *wishes = mem_zero(model->media_count + 1, sizeof *wishes);
    prepared_wishes(model, wishes);
    for (size_t i = 0; i < model->media_count; i++) {
        struct media *media = &model->media[i];
        if (wishes[i].size.w <= 0 ||
            (media->facts.is_still && !prepared_is_worth_it(&media->facts, &wishes[i]))) {
            continue;
        }
        const struct prepared_row *row = prepare_store_find(&store, media, &wishes[i]);
        used->wanted++;
        if (row == NULL) {
            note_missing(used, media->name);
        } else if (row->state == PREPARED_READY) {
            char *path = prepare_store_path(&store, row->name);
            media->source_path = media->path;
            media->path = arena_strdup(model->arena, path);
            prepared_change_facts(&media->facts, row);
            used->ready++;
            free(path);
        }
    }
    free(wishes);
    prepare_store_close(&store);
}
