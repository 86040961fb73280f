/* Makes the disk under some files fail, slow or full. LD_PRELOAD; FAULT_CONTROL = file of 128 bytes that says how, which may be
 * rewritten at any time and in which calls are counted (little endian):
 *   0 u32 errno to give, 0 = none, 9999 = the process is killed       4 u32 which kinds of calls (1 write, 2 sync, 4 truncate, 8 read, 16 open to write)
 *   8 u32 calls that pass before       12 u32 calls that fail then; 0xffffffff = for good
 *  16 u32 wait of each call, ms        20 u32 calls seen     24 u32 calls failed      28 100 bytes: a part of the path, with a NUL */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

struct control {
  volatile uint32_t error, kinds, pass, fail, wait_ms, seen, failed;
  char part[100];
};

enum { WRITES = 1, SYNCS = 2, TRUNCATES = 4, READS = 8, OPENS = 16, KILLS = 9999 };

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static struct control *control(void) {
  static struct control *shared = NULL;
  if (shared != NULL) return shared;
  const char *path = getenv("FAULT_CONTROL");
  if (path == NULL) return NULL;
  int file = REAL(open)(path, O_RDWR | O_CLOEXEC);
  if (file < 0) abort();
  shared = mmap(NULL, 128, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (shared == MAP_FAILED) abort();
  close(file);
  return shared;
}

/* Does this call fail? Sets errno. */
static int fails_at(const char *path, uint32_t kind) {
  struct control *c = control();
  if (c == NULL || (c->kinds & kind) == 0 || strstr(path, c->part) == NULL) return 0;
  if (c->wait_ms > 0) usleep(c->wait_ms * 1000);
  uint32_t number = __atomic_add_fetch(&c->seen, 1, __ATOMIC_SEQ_CST);
  if (c->error == 0 || number <= c->pass) return 0;
  if (c->fail != 0xffffffffu && number > c->pass + c->fail) return 0;
  __atomic_add_fetch(&c->failed, 1, __ATOMIC_SEQ_CST);
  if (c->error == KILLS) kill(getpid(), SIGKILL);
  errno = (int)c->error;
  return 1;
}

static int fails(int file, uint32_t kind) {
  struct control *c = control();
  if (c == NULL || (c->kinds & kind) == 0) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fails_at(path, kind);
}

ssize_t pwrite(int f, const void *d, size_t n, off_t o) { return fails(f, WRITES) ? -1 : REAL(pwrite)(f, d, n, o); }
ssize_t pwrite64(int f, const void *d, size_t n, off_t o) { return fails(f, WRITES) ? -1 : REAL(pwrite64)(f, d, n, o); }
ssize_t write(int f, const void *d, size_t n) { return f > 2 && fails(f, WRITES) ? -1 : REAL(write)(f, d, n); }
ssize_t writev(int f, const struct iovec *v, int n) { return f > 2 && fails(f, WRITES) ? -1 : REAL(writev)(f, v, n); }
ssize_t pwritev(int f, const struct iovec *v, int n, off_t o) { return fails(f, WRITES) ? -1 : REAL(pwritev)(f, v, n, o); }
ssize_t pread(int f, void *d, size_t n, off_t o) { return fails(f, READS) ? -1 : REAL(pread)(f, d, n, o); }
ssize_t pread64(int f, void *d, size_t n, off_t o) { return fails(f, READS) ? -1 : REAL(pread64)(f, d, n, o); }
int ftruncate(int f, off_t n) { return fails(f, TRUNCATES) ? -1 : REAL(ftruncate)(f, n); }
int ftruncate64(int f, off_t n) { return fails(f, TRUNCATES) ? -1 : REAL(ftruncate64)(f, n); }
int fsync(int f) { return fails(f, SYNCS) ? -1 : REAL(fsync)(f); }
int fdatasync(int f) { return fails(f, SYNCS) ? -1 : REAL(fdatasync)(f); }

#define IS_WRITING(flags) (((flags) & O_ACCMODE) != O_RDONLY || ((flags) & O_CREAT) != 0)

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return IS_WRITING(flags) && fails_at(path, OPENS) ? -1 : REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return IS_WRITING(flags) && fails_at(path, OPENS) ? -1 : REAL(open64)(path, flags, mode);
}
