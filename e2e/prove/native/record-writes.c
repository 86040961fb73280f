/* Records what a program does to the files of one directory, in order, so that a loss of power can be played afterwards.
 * LD_PRELOAD; RECORD_PREFIX = beginning of the paths, RECORD_TO = file to which records are appended.
 * A record: kind (u8), path length (u16), offset (u64), data length (u32), path, data. Little endian. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, TRUNCATE = 2, SYNC = 3, UNLINK = 4, RENAME = 5 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_file = -1;

static void record(uint8_t kind, const char *path, uint64_t offset, const void *data, uint32_t length) {
  const char *to = getenv("RECORD_TO");
  if (to == NULL) return;
  if (log_file < 0) log_file = open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  uint16_t path_length = (uint16_t)strlen(path);
  uint8_t head[15];
  head[0] = kind;
  memcpy(head + 1, &path_length, 2);
  memcpy(head + 3, &offset, 8);
  memcpy(head + 11, &length, 4);
  struct iovec parts[3] = {{head, sizeof head}, {(void *)path, path_length}, {(void *)data, length}};
  if (writev(log_file, parts, length > 0 ? 3 : 2) < 0) abort();
}

static int is_ours(const char *path) {
  const char *prefix = getenv("RECORD_PREFIX");
  return prefix != NULL && strncmp(path, prefix, strlen(prefix)) == 0;
}

static int path_of(int file, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_ours(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static ssize_t written(int file, const void *data, ssize_t done, off_t offset) {
  char path[4096];
  if (done > 0 && path_of(file, path, sizeof path)) record(WRITE, path, (uint64_t)offset, data, (uint32_t)done);
  return done;
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset) {
  pthread_mutex_lock(&lock);
  ssize_t done = written(file, data, REAL(pwrite)(file, data, length, offset), offset);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t pwrite64(int file, const void *data, size_t length, off_t offset) {
  pthread_mutex_lock(&lock);
  ssize_t done = written(file, data, REAL(pwrite64)(file, data, length, offset), offset);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t write(int file, const void *data, size_t length) {
  struct stat facts;
  if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode)) return REAL(write)(file, data, length);
  pthread_mutex_lock(&lock);
  off_t offset = lseek(file, 0, SEEK_CUR);
  ssize_t done = written(file, data, REAL(write)(file, data, length), offset);
  pthread_mutex_unlock(&lock);
  return done;
}

static void noted(uint8_t kind, int file, uint64_t offset) {
  char path[4096];
  if (path_of(file, path, sizeof path)) record(kind, path, offset, NULL, 0);
}

int ftruncate(int file, off_t length) {
  pthread_mutex_lock(&lock);
  int result = REAL(ftruncate)(file, length);
  if (result == 0) noted(TRUNCATE, file, (uint64_t)length);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate64(int file, off_t length) {
  pthread_mutex_lock(&lock);
  int result = REAL(ftruncate64)(file, length);
  if (result == 0) noted(TRUNCATE, file, (uint64_t)length);
  pthread_mutex_unlock(&lock);
  return result;
}

int fsync(int file) {
  pthread_mutex_lock(&lock);
  int result = REAL(fsync)(file);
  if (result == 0) noted(SYNC, file, 0);
  pthread_mutex_unlock(&lock);
  return result;
}

int fdatasync(int file) {
  pthread_mutex_lock(&lock);
  int result = REAL(fdatasync)(file);
  if (result == 0) noted(SYNC, file, 0);
  pthread_mutex_unlock(&lock);
  return result;
}

int unlink(const char *path) {
  pthread_mutex_lock(&lock);
  int result = REAL(unlink)(path);
  if (result == 0 && is_ours(path)) record(UNLINK, path, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  return result;
}

int rename(const char *from, const char *to) {
  pthread_mutex_lock(&lock);
  int result = REAL(rename)(from, to);
  if (result == 0 && is_ours(from)) record(RENAME, from, 0, to, (uint32_t)strlen(to));
  pthread_mutex_unlock(&lock);
  return result;
}
