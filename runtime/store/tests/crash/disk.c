/* A disk to be afraid of, put between a process and its C library by
 * LD_PRELOAD.
 *
 * Records, in order, everything that the process does to files below
 * $HOOKMILL_DISK_ROOT, and what it tells the world on standard output, into
 * $HOOKMILL_DISK_TRACE. The test replays the trace up to any point and works
 * out what a power cut there would have left. Syncs are only recorded: nothing
 * of this survives anything, so nobody has to wait for a real disk.
 *
 * When the file $HOOKMILL_DISK_TRIGGER exists, syncs fail with EIO, or, with
 * $HOOKMILL_DISK_FAULT=hang, never come back.
 *
 * A record: kind1 inode8 other8 offset8 length4 bytes. Kinds:
 *   O opened (bytes: path; other: 1 when made, 2 when emptied)
 *   W written at offset, T cut to offset, S synced
 *   D directory made (bytes: path), N renamed (bytes: from NUL to)
 *   U removed (bytes: path), P printed (bytes: the text)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int trace_fd = -1;
static const char *root;

__attribute__((constructor)) static void begin(void) {
    const char *trace = getenv("HOOKMILL_DISK_TRACE");
    root = getenv("HOOKMILL_DISK_ROOT");
    if (trace)
        trace_fd = (int)syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static void put(const void *data, size_t size) {
    const char *at = data;
    while (size > 0) {
        ssize_t n = syscall(SYS_write, trace_fd, at, size);
        if (n <= 0)
            abort();
        at += n;
        size -= (size_t)n;
    }
}

static void record(char kind, uint64_t inode, uint64_t other, uint64_t offset, const void *data, uint32_t size) {
    if (trace_fd < 0)
        return;
    unsigned char head[29];
    head[0] = (unsigned char)kind;
    memcpy(head + 1, &inode, 8);
    memcpy(head + 9, &other, 8);
    memcpy(head + 17, &offset, 8);
    memcpy(head + 25, &size, 4);
    put(head, sizeof head);
    put(data, size);
}

static int below_root(const char *path) {
    return root && strncmp(path, root, strlen(root)) == 0;
}

/* The path of a descriptor, or of a name relative to one. */
static const char *full(int dir, const char *name, char *buffer) {
    if (name && name[0] == '/')
        return name;
    char link[64];
    ssize_t n;
    if (dir == AT_FDCWD)
        return name ? name : "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
    n = readlink(link, buffer, PATH_MAX - 1);
    if (n < 0)
        return "";
    buffer[n] = 0;
    if (name && name[0]) {
        strncat(buffer, "/", PATH_MAX - strlen(buffer) - 1);
        strncat(buffer, name, PATH_MAX - strlen(buffer) - 1);
    }
    return buffer;
}

static uint64_t inode_of(int fd) {
    struct stat st;
    return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

static int is_ours(int fd, char *buffer) {
    return trace_fd >= 0 && fd != trace_fd && below_root(full(fd, NULL, buffer));
}

static int do_open(int dir, const char *path, int flags, mode_t mode) {
    char buffer[PATH_MAX], there[PATH_MAX];
    const char *name = full(dir, path, buffer);
    if (trace_fd < 0 || !below_root(name))
        return (int)syscall(SYS_openat, dir, path, flags, mode);
    pthread_mutex_lock(&lock);
    strncpy(there, name, sizeof there - 1);
    there[sizeof there - 1] = 0;
    int made = (flags & O_CREAT) && access(there, F_OK) != 0;
    int fd = (int)syscall(SYS_openat, dir, path, flags, mode);
    int error = errno;
    if (fd >= 0)
        record('O', inode_of(fd), (made ? 1 : 0) | ((flags & O_TRUNC) ? 2 : 0), 0, there, (uint32_t)strlen(there));
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define MODE_OF(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list list; \
        va_start(list, flags); \
        mode = va_arg(list, mode_t); \
        va_end(list); \
    }

int open(const char *path, int flags, ...) { MODE_OF(flags) return do_open(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return do_open(AT_FDCWD, path, flags, mode); }
int openat(int dir, const char *path, int flags, ...) { MODE_OF(flags) return do_open(dir, path, flags, mode); }
int openat64(int dir, const char *path, int flags, ...) { MODE_OF(flags) return do_open(dir, path, flags, mode); }

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    char buffer[PATH_MAX];
    if (!is_ours(fd, buffer))
        return syscall(SYS_pwrite64, fd, data, size, offset);
    pthread_mutex_lock(&lock);
    ssize_t n = syscall(SYS_pwrite64, fd, data, size, offset);
    int error = errno;
    if (n > 0)
        record('W', inode_of(fd), 0, (uint64_t)offset, data, (uint32_t)n);
    pthread_mutex_unlock(&lock);
    errno = error;
    return n;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return pwrite64(fd, data, size, offset); }

ssize_t write(int fd, const void *data, size_t size) {
    char buffer[PATH_MAX];
    int ours = is_ours(fd, buffer);
    if (trace_fd < 0 || (!ours && fd != STDOUT_FILENO))
        return syscall(SYS_write, fd, data, size);
    pthread_mutex_lock(&lock);
    off_t offset = ours ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t n = syscall(SYS_write, fd, data, size);
    int error = errno;
    if (n > 0)
        record(ours ? 'W' : 'P', ours ? inode_of(fd) : 0, 0, (uint64_t)offset, data, (uint32_t)n);
    pthread_mutex_unlock(&lock);
    errno = error;
    return n;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    char buffer[PATH_MAX];
    if (!is_ours(fd, buffer))
        return syscall(SYS_writev, fd, parts, count);
    pthread_mutex_lock(&lock);
    off_t offset = lseek(fd, 0, SEEK_CUR);
    ssize_t n = syscall(SYS_writev, fd, parts, count);
    int error = errno;
    ssize_t left = n;
    for (int i = 0; left > 0; i++) {
        size_t size = (size_t)left < parts[i].iov_len ? (size_t)left : parts[i].iov_len;
        record('W', inode_of(fd), 0, (uint64_t)offset, parts[i].iov_base, (uint32_t)size);
        offset += (off_t)size;
        left -= (ssize_t)size;
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return n;
}

static int do_sync(int fd, long call) {
    const char *trigger = getenv("HOOKMILL_DISK_TRIGGER");
    if (trigger && access(trigger, F_OK) == 0) {
        const char *fault = getenv("HOOKMILL_DISK_FAULT");
        if (fault && strcmp(fault, "hang") == 0)
            for (;;)
                pause();
        errno = EIO;
        return -1;
    }
    char buffer[PATH_MAX];
    if (!is_ours(fd, buffer))
        return (int)syscall(call, fd);
    pthread_mutex_lock(&lock);
    record('S', inode_of(fd), 0, 0, buffer, (uint32_t)strlen(buffer));
    pthread_mutex_unlock(&lock);
    return 0;
}

int fsync(int fd) { return do_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return do_sync(fd, SYS_fdatasync); }

int ftruncate64(int fd, off64_t size) {
    char buffer[PATH_MAX];
    if (!is_ours(fd, buffer))
        return (int)syscall(SYS_ftruncate, fd, size);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_ftruncate, fd, size);
    int error = errno;
    if (result == 0)
        record('T', inode_of(fd), 0, (uint64_t)size, "", 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int mkdir(const char *path, mode_t mode) {
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    int error = errno;
    if (result == 0 && below_root(path))
        record('D', 0, 0, 0, path, (uint32_t)strlen(path));
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int rename(const char *from, const char *to) {
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    int error = errno;
    if (result == 0 && below_root(from)) {
        char both[2 * PATH_MAX];
        size_t first = strlen(from) + 1, second = strlen(to);
        if (first + second > sizeof both)
            abort();
        memcpy(both, from, first);
        memcpy(both + first, to, second);
        record('N', 0, 0, 0, both, (uint32_t)(first + second));
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int unlinkat(int dir, const char *name, int flags) {
    char buffer[PATH_MAX], path[PATH_MAX];
    strncpy(path, full(dir, name, buffer), sizeof path - 1);
    path[sizeof path - 1] = 0;
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_unlinkat, dir, name, flags);
    int error = errno;
    if (result == 0 && below_root(path))
        record('U', 0, 0, 0, path, (uint32_t)strlen(path));
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
